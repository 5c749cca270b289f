//! An app that panics or fails ends neither the invocation loop nor the service: a client gets a
//! 500, a service that sent an event gets an error, and the next invocation is answered.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

mod support;

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Frame;
use http_body_util::BodyExt;
use lambdafy::{
    Body, BoxError, Error, ErrorKind, Invocation, LambdaLayer, LambdaService, Options, Reply,
};
use support::{Answer, ClientRequest, Front, events};
use tower::{Layer, Service};

const SQS: &str = r#"{"Records":[{"eventSource":"aws:sqs","body":"one"}]}"#;

/// What each path does: panic somewhere, fail somewhere, or answer.
#[derive(Clone)]
struct Faulty;

impl Service<Request<Body>> for Faulty {
    type Response = Response<FaultyBody>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let fault = request.uri().path().trim_start_matches('/').to_owned();
        assert!(fault != "panic-in-call", "in call");
        Box::pin(async move {
            tokio::task::yield_now().await;
            match &*fault {
                "panic-in-future" => panic!("in future"),
                "panic-without-text" => std::panic::panic_any(7),
                "error" => Err("the database is away".into()),
                _ => Ok(Response::new(FaultyBody { fault, frames: 0 })),
            }
        })
    }
}

/// Two frames, then the fault of its name.
struct FaultyBody {
    fault: String,
    frames: usize,
}

impl http_body::Body for FaultyBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.frames += 1;
        Poll::Ready(match (self.frames, &*self.fault) {
            (1 | 2, _) => Some(Ok(Frame::data(Bytes::from_static(b"\"\"")))),
            (3, "panic-in-body") => panic!("in body"),
            (3, "error-in-body") => Some(Err("the file is gone".into())),
            _ => None,
        })
    }
}

const FAULTS: [&str; 6] = [
    "panic-in-call",
    "panic-in-future",
    "panic-without-text",
    "panic-in-body",
    "error",
    "error-in-body",
];

/// Until the body, a stream can still become a 500.
const FAULTS_BEFORE_THE_BODY: [&str; 4] =
    ["panic-in-call", "panic-in-future", "panic-without-text", "error"];

async fn call<S>(service: &mut S, event: impl AsRef<[u8]>) -> Result<S::Response, Error>
where
    S: Service<Invocation, Error = Error>,
{
    poll_fn(|cx| service.poll_ready(cx)).await?;
    service.call(Invocation::new(event.as_ref())).await
}

async fn answer(service: &mut LambdaService<Faulty>, front: Front, path: &str) -> Answer {
    let event = events::event(front, &ClientRequest::get(path));
    Answer::read(front, call(service, event).await.unwrap()).await
}

#[tokio::test]
async fn a_client_gets_a_500_and_the_next_client_its_answer() {
    for front in Front::ALL {
        let mut service = LambdaLayer::new(front.options()).layer(Faulty);
        let faults: &[&str] = match front.streams() {
            true => &FAULTS_BEFORE_THE_BODY,
            false => &FAULTS,
        };
        for fault in faults {
            let failed = answer(&mut service, front, &format!("/{fault}")).await;
            assert_eq!(failed.status, 500, "{front:?} {fault}");
            let text = String::from_utf8(failed.body).unwrap();
            assert_eq!(text, "Internal Server Error\n", "{front:?} {fault}");
            let next = answer(&mut service, front, "/fine").await;
            assert_eq!((next.status, &*next.body), (200, &b"\"\"\"\""[..]), "{front:?} {fault}");
        }
    }
}

#[tokio::test]
async fn another_event_fails_and_the_next_one_succeeds() {
    for fault in FAULTS {
        let options = Options::new()
            .pass_through_path_for("aws:sqs", format!("/{fault}"))
            .pass_through_path_for("aws:s3", "/fine");
        let mut service = LambdaLayer::new(options).layer(Faulty);
        let error = call(&mut service, SQS).await.map(|_| ()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::App, "{fault}");
        let next = call(&mut service, SQS.replace("aws:sqs", "aws:s3")).await;
        let Reply::Buffered(result) = next.unwrap() else { panic!("{fault}: not buffered") };
        // Two JSON strings one after another are no JSON: they are the text of one.
        assert_eq!(result, r#""\"\"\"\"""#, "{fault}");
    }
}

#[tokio::test]
async fn the_error_says_what_the_app_said() {
    for (fault, expected) in [
        ("panic-in-call", "the app panicked: in call"),
        ("panic-in-future", "the app panicked: in future"),
        ("panic-in-body", "the app panicked: in body"),
        ("error", "the app failed: the database is away"),
        ("error-in-body", "the answer's body failed half-way: the file is gone"),
    ] {
        let options = Options::new().pass_through_path(format!("/{fault}"));
        let result = support::invoke(Faulty, options, SQS).await;
        let error = result.map(|_| ()).unwrap_err();
        assert_eq!(format!("{error:?}"), expected);
    }
}

#[tokio::test]
async fn a_websocket_event_gets_a_500_too() {
    let event =
        r#"{"requestContext":{"routeKey":"error","eventType":"MESSAGE","connectionId":"c"}}"#;
    let Reply::Buffered(result) = support::invoke(Faulty, Options::new(), event).await.unwrap()
    else {
        panic!("not buffered")
    };
    assert!(result.starts_with(br#"{"statusCode":500"#), "{result:?}");
}

#[tokio::test]
async fn a_stream_that_breaks_off_ends_with_the_trailers_that_lambda_reads() {
    for (fault, message) in
        [("panic-in-body", "panicked: in body"), ("error-in-body", "the file is gone")]
    {
        let front = Front::FunctionUrlStreaming;
        let event = events::event(front, &ClientRequest::get(format!("/{fault}")));
        let reply = support::invoke(Faulty, front.options(), event).await.unwrap();
        let Reply::Streaming(body) = reply else { panic!("not a stream") };
        let collected = body.collect().await.unwrap();
        let trailers = collected.trailers().unwrap().clone();
        assert_eq!(trailers["lambda-runtime-function-error-type"], "Runtime.StreamError");
        let report = trailers["lambda-runtime-function-error-body"].to_str().unwrap();
        let report = support::encoding::from_base64(report);
        let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
        assert_eq!(report["errorMessage"], message);
        assert!(collected.to_bytes().ends_with(b"\0\"\"\"\""));
    }
}

#[tokio::test]
async fn an_event_that_is_no_event_does_not_end_the_service() {
    let app = tower::service_fn(|_: Request<Body>| async {
        Ok::<_, Infallible>(Response::new(String::from("1")))
    });
    let mut service = LambdaLayer::new(Options::new()).layer(app);
    for event in ["", "{", "[[", "\u{feff}{}", "{\"a\":1}}"] {
        let error = call(&mut service, event).await.map(|_| ()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidEvent, "{event}");
        assert!(call(&mut service, SQS).await.is_ok(), "after {event}");
    }
}

/// Never ready, or panics when asked whether it is.
#[derive(Clone)]
struct NotReady {
    panics: bool,
}

impl Service<Request<Body>> for NotReady {
    type Response = Response<String>;
    type Error = BoxError;
    type Future = std::future::Ready<Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        assert!(!self.panics, "in poll_ready");
        Poll::Ready(Err("no worker is free".into()))
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        std::future::ready(Ok(Response::new(String::new())))
    }
}

#[tokio::test]
async fn an_app_that_is_not_ready_gives_the_client_a_500() {
    for panics in [false, true] {
        let request = ClientRequest::get("/");
        let answer = support::answer_of(Front::HttpApiV2, NotReady { panics }, &request).await;
        assert_eq!(answer.status, 500, "panics: {panics}");
    }
}

#[tokio::test]
async fn an_app_that_is_not_ready_fails_any_other_event() {
    for panics in [false, true] {
        let result = support::invoke(NotReady { panics }, Options::new(), SQS).await;
        let error = result.map(|_| ()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::App, "panics: {panics}");
    }
}
