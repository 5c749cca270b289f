//! The cases: which event, and what the app answers to it.

use anyhow::{Context, Result, bail};

use crate::events::{Event, Payload};

/// One event and its answer.
#[derive(Debug)]
pub(crate) struct Case {
    /// As on the command line and in the JSON rows.
    pub(crate) name: &'static str,
    /// For people.
    pub(crate) title: &'static str,
    pub(crate) event: Event,
    pub(crate) answer: Answer,
    /// How many invocations of this case weigh as much as one hello.
    pub(crate) weight: u32,
}

/// The body that the app answers with. The status is always 200.
#[derive(Debug)]
pub(crate) enum Answer {
    Text(&'static str),
    /// The 100 KB of `GET /img`.
    Image,
    /// What was posted.
    Echo,
    /// The number of bytes that were posted.
    Size,
}

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

const REST_POST: &str = include_str!("../events/rest-post.json");
const HTTP_API_POST: &str = include_str!("../events/http-api-post.json");

/// The cases of `startup-bench translate`.
pub(crate) const TRANSLATE: &[Case] = &[
    Case {
        name: "rest-hello",
        title: "REST API behind CloudFront, GET /hello",
        event: Event::File(include_str!("../events/rest-hello.json")),
        answer: Answer::Text("Hello, world!"),
        weight: 1,
    },
    Case {
        name: "rest-user",
        title: "REST API, GET /users/42?x=seven days",
        event: Event::File(include_str!("../events/rest-user.json")),
        answer: Answer::Text(r#"{"id":42,"x":"seven days"}"#),
        weight: 1,
    },
    Case {
        name: "http-api-user",
        title: "HTTP API 2.0, GET /users/42?x=seven",
        event: Event::File(include_str!("../events/http-api-user.json")),
        answer: Answer::Text(r#"{"id":42,"x":"seven"}"#),
        weight: 1,
    },
    Case {
        name: "function-url-user",
        title: "Function URL, GET /users/42?x=seven",
        event: Event::File(include_str!("../events/function-url-user.json")),
        answer: Answer::Text(r#"{"id":42,"x":"seven"}"#),
        weight: 1,
    },
    Case {
        name: "alb-hello",
        title: "ALB with multi-value headers, GET /hello",
        event: Event::File(include_str!("../events/alb-hello.json")),
        answer: Answer::Text("Hello, world!"),
        weight: 1,
    },
    HTTP_API_IMAGE,
    Case {
        name: "rest-echo-1mib",
        title: "REST API, POST /echo of 1 MiB of base64",
        event: Event::Post { template: REST_POST, path: "/echo", payload: Payload::Base64(MIB) },
        answer: Answer::Echo,
        weight: 40,
    },
    Case {
        name: "rest-echo-5mib",
        title: "REST API, POST /echo of 5 MiB of base64",
        event: Event::Post {
            template: REST_POST,
            path: "/echo",
            payload: Payload::Base64(5 * MIB),
        },
        answer: Answer::Echo,
        weight: 100,
    },
    Case {
        name: "rest-post-5mib",
        title: "REST API, POST /size of 5 MiB of base64, small answer",
        event: Event::Post {
            template: REST_POST,
            path: "/size",
            payload: Payload::Base64(5 * MIB),
        },
        answer: Answer::Size,
        weight: 100,
    },
    Case {
        name: "rest-echo-json",
        title: "REST API, POST /echo of 1.1 MB of JSON text, full of escapes",
        event: Event::Post {
            template: REST_POST,
            path: "/echo",
            payload: Payload::Json(1_074 * KIB),
        },
        answer: Answer::Echo,
        weight: 40,
    },
];

/// The cases of `startup-bench loop`.
pub(crate) const LOOP: &[Case] = &[
    Case {
        name: "http-api-hello",
        title: "HTTP API 2.0, GET /hello",
        event: Event::File(include_str!("../events/http-api-hello.json")),
        answer: Answer::Text("Hello, world!"),
        weight: 1,
    },
    Case { weight: 4, ..HTTP_API_IMAGE },
    Case {
        name: "http-api-echo-1mib",
        title: "HTTP API 2.0, POST /echo of 1 MiB of base64",
        event: Event::Post {
            template: HTTP_API_POST,
            path: "/echo",
            payload: Payload::Base64(MIB),
        },
        answer: Answer::Echo,
        weight: 20,
    },
    Case {
        name: "http-api-echo-5mib",
        title: "HTTP API 2.0, POST /echo of 5 MiB of base64",
        event: Event::Post {
            template: HTTP_API_POST,
            path: "/echo",
            payload: Payload::Base64(5 * MIB),
        },
        answer: Answer::Echo,
        weight: 50,
    },
];

const HTTP_API_IMAGE: Case = Case {
    name: "http-api-img",
    title: "HTTP API 2.0, GET /img: 100 KB of binary out",
    event: Event::File(include_str!("../events/http-api-img.json")),
    answer: Answer::Image,
    weight: 8,
};

/// What the first request of a cold start is.
pub(crate) const FIRST_REQUEST: &Case = &LOOP[0];

/// The cases whose names were asked for, or all of them.
pub(crate) fn select(all: &'static [Case], names: &[String]) -> Result<Vec<&'static Case>> {
    if names.is_empty() {
        return Ok(all.iter().collect());
    }
    names.iter().map(|name| find(all, name)).collect()
}

/// Names and titles, for a report.
pub(crate) fn titles(cases: &[&Case]) -> Vec<(String, String)> {
    cases.iter().map(|case| (case.name.to_owned(), case.title.to_owned())).collect()
}

fn find(all: &'static [Case], name: &str) -> Result<&'static Case> {
    let known = || all.iter().map(|case| case.name).collect::<Vec<_>>().join(", ");
    all.iter()
        .find(|case| case.name == name)
        .with_context(|| format!("no case {name}; there are: {}", known()))
}

impl Case {
    /// The event as the Runtime API delivers it, and the body that the app answers with.
    pub(crate) fn build(&self) -> Result<(Vec<u8>, Vec<u8>)> {
        let (event, posted) =
            self.event.build().with_context(|| format!("the event of case {}", self.name))?;
        let answer = match self.answer {
            Answer::Text(text) => text.into(),
            Answer::Image => noise(),
            Answer::Echo => posted,
            Answer::Size => posted.len().to_string().into(),
        };
        if event.len() > 6 * MIB {
            bail!("case {}: the event is larger than the 6 MiB that Lambda takes", self.name);
        }
        Ok((event, answer))
    }
}

/// The image of the contenders' app: `contenders/app/src/lib.rs` says the same.
fn noise() -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let step = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[0]
    };
    std::iter::repeat_with(step).take(102_400).collect()
}
