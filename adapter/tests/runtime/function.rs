//! A function's process with the Runtime API that it answers.

use std::time::Duration;

use lambdafy_emulator::{FunctionError, Invocation, Invoked, RuntimeApi};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::process::{PATIENCE, Process};
use super::support::{ClientRequest, Front, events};

/// A process and the Runtime API around it.
pub(crate) struct Function {
    pub(crate) api: RuntimeApi,
    pub(crate) process: Process,
}

impl Function {
    /// The app in a function with default settings.
    pub(crate) async fn start(app: &str) -> Self {
        Self::start_with(app, settings(), &[]).await
    }

    /// The app with settings and variables of its own; the requests it makes are recorded.
    pub(crate) async fn start_with(
        app: &str,
        settings: lambdafy_emulator::Function,
        variables: &[(&str, &str)],
    ) -> Self {
        let api = RuntimeApi::builder().function(settings).record_calls(true);
        let api = api.start().await.unwrap();
        let variables = variables.iter().map(|(name, value)| (*name, (*value).to_owned()));
        let process = Process::start(app, api.environment().into_iter().chain(variables));
        Self { api, process }
    }

    /// The app with a result that is streamed where the source can.
    pub(crate) async fn start_streaming(app: &str) -> Self {
        Self::start_with(app, settings(), &[("LAMBDAFY_RESPONSE_MODE", "streaming")]).await
    }

    /// Gives it an event and waits for the end of its answer.
    pub(crate) async fn invoke(&self, invocation: impl Into<Invocation>) -> Invoked {
        match timeout(PATIENCE, self.api.invoke(invocation)).await {
            Ok(invoked) => invoked.unwrap(),
            Err(_) => panic!("no answer: {:?} {:#?}", self.api.failure(), self.process.log()),
        }
    }

    /// The JSON it returns for a GET that came through an HTTP API.
    pub(crate) async fn get(&self, target: &str) -> Value {
        let invoked = self.invoke(event(Front::HttpApiV2, &ClientRequest::get(target))).await;
        assert_eq!(invoked.error, None);
        invoked.json().unwrap()
    }

    /// Fails the test unless the function answers.
    pub(crate) async fn works(&self) {
        let answer = self.get("/hello").await;
        assert_eq!((&answer["statusCode"], &answer["body"]), (&json!(200), &json!("hello")));
    }

    /// Waits for the error that its start ends with.
    pub(crate) async fn init_error(&self) -> FunctionError {
        let ready = timeout(PATIENCE, self.api.ready()).await;
        ready.unwrap_or_else(|_| panic!("neither started nor failed")).unwrap_err()
    }

    /// Waits until it waits for an event.
    pub(crate) async fn idle(&self) {
        let idle = timeout(PATIENCE, self.api.idle()).await;
        idle.unwrap_or_else(|_| panic!("not idle: {:#?}", self.process.log())).unwrap();
    }

    /// The paths that it has asked for so far, in order, without the version.
    pub(crate) fn paths(&self) -> Vec<String> {
        let path = |path: &str| path.splitn(3, '/').last().unwrap_or_default().to_owned();
        self.api.calls().iter().map(|call| path(&call.path)).collect()
    }
}

/// The settings of a function whose invocations have time enough.
pub(crate) fn settings() -> lambdafy_emulator::Function {
    lambdafy_emulator::Function::new("orders").timeout(PATIENCE + Duration::from_secs(1))
}

/// The event of a request.
pub(crate) fn event(front: Front, request: &ClientRequest) -> Vec<u8> {
    events::event(front, request)
}

/// The event of a queue's message.
pub(crate) fn sqs() -> Value {
    json!({"Records": [{
        "messageId": "m1", "receiptHandle": "r", "body": "{}", "attributes": {},
        "messageAttributes": {}, "eventSource": "aws:sqs", "awsRegion": "eu-west-1",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:111122223333:jobs",
    }]})
}

/// What the app waits for at its routes with a `port`, until the test opens it.
pub(crate) struct Gate {
    listener: TcpListener,
    pub(crate) port: u16,
}

impl Gate {
    pub(crate) async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        Self { listener, port }
    }

    /// Waits until the app stands before it, and opens it once.
    pub(crate) async fn open(&self) {
        drop(self.reached().await);
    }

    /// Waits until the app stands before it, which goes on when the result is dropped.
    pub(crate) async fn reached(&self) -> TcpStream {
        let accepted = timeout(PATIENCE, self.listener.accept()).await;
        accepted.unwrap_or_else(|_| panic!("the app did not get there")).unwrap().0
    }
}
