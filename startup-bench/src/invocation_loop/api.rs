//! The calls of the Runtime API and of the Extensions API that contenders make.

use anyhow::{Context, Result, bail};

use super::http::Head;

/// A call.
#[derive(Debug, PartialEq)]
pub(super) enum Call {
    /// Asks for the next invocation.
    Next,
    /// Answers the invocation of this id.
    Response(String),
    /// Says that an invocation, or the start, failed.
    Error,
    /// An extension says that it is there.
    RegisterExtension,
    /// An extension waits for events.
    ExtensionNext,
}

impl Call {
    pub(super) fn of(head: &Head) -> Result<Self> {
        let (method, path) = (head.method.as_str(), head.path.as_str());
        match (method, path) {
            ("POST", "/2020-01-01/extension/register") => return Ok(Self::RegisterExtension),
            ("GET", "/2020-01-01/extension/event/next") => return Ok(Self::ExtensionNext),
            _ => {}
        }
        let call = path
            .strip_prefix("/2018-06-01/runtime/")
            .with_context(|| format!("{method} {path}"))?;
        match (method, call.split('/').collect::<Vec<_>>().as_slice()) {
            ("GET", ["invocation", "next"]) => Ok(Self::Next),
            ("POST", ["invocation", id, "response"]) => Ok(Self::Response((*id).to_owned())),
            ("POST", ["invocation", _, "error"] | ["init", "error"]) => Ok(Self::Error),
            _ => bail!("{method} {path}"),
        }
    }
}

/// The id of an invocation.
pub(super) fn request_id(invocation: u32) -> String {
    format!("8476a536-e9f4-11e8-9739-{invocation:012x}")
}

/// The head of the answer to `next`.
pub(super) fn invocation_head(invocation: u32, deadline_ms: u128, event: usize) -> String {
    format!(
        "HTTP/1.1 200 OK\r\n\
         Content-Type: application/json\r\n\
         Lambda-Runtime-Aws-Request-Id: {}\r\n\
         Lambda-Runtime-Deadline-Ms: {deadline_ms}\r\n\
         Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-central-1:111122223333:function:bench\r\n\
         Lambda-Runtime-Trace-Id: Root=1-69f0aa01-0c1d2e3f405162738495a6b7;Parent=53995c3f42cd8ad8;Sampled=0\r\n\
         Date: Thu, 12 Mar 2026 09:42:00 GMT\r\n\
         Content-Length: {event}\r\n\r\n",
        request_id(invocation),
    )
}

/// The answer to a response that was taken.
pub(super) const ACCEPTED: &str = "HTTP/1.1 202 Accepted\r\n\
    Content-Type: application/json\r\n\
    Date: Thu, 12 Mar 2026 09:42:00 GMT\r\n\
    Content-Length: 16\r\n\r\n\
    {\"status\":\"OK\"}\n";

/// The answer to an extension that registers.
pub(super) const REGISTERED: &str = "HTTP/1.1 200 OK\r\n\
    Lambda-Extension-Identifier: 5d5c7d1e-0f5a-4d39-9e0c-6f1c2d3e4b5a\r\n\
    Content-Type: application/json\r\n\
    Content-Length: 76\r\n\r\n\
    {\"functionName\":\"bench\",\"functionVersion\":\"$LATEST\",\"handler\":\"bootstrap  \"}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canned_answers_are_as_long_as_they_say() {
        for answer in [ACCEPTED, REGISTERED] {
            let (head, body) = answer.split_once("\r\n\r\n").unwrap();
            assert!(head.ends_with(&format!("Content-Length: {}", body.len())), "{}", body.len());
        }
    }

    #[test]
    fn unknown_calls_are_refused() {
        let call =
            |method: &str, path: &str| Call::of(&Head { method: method.into(), path: path.into() });
        assert_eq!(call("GET", "/2018-06-01/runtime/invocation/next").unwrap(), Call::Next);
        assert!(call("POST", "/2018-06-01/runtime/invocation/next").is_err());
        assert!(call("GET", "/").is_err());
    }
}
