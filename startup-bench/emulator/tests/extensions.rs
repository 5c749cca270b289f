//! The contracts of the Extensions API and the Telemetry API, as an extension sees them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod support;

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use lambdafy_emulator::{Function, Invocation, RuntimeApi, ShutdownReason};
use serde_json::{Value, json};
use support::{Client, Received, answer_path};
use tokio::net::TcpListener;

const REGISTER: &str = "/2020-01-01/extension/register";
const NEXT: &str = "/2020-01-01/extension/event/next";

/// An extension that has registered.
struct Extension {
    client: Client,
    id: String,
}

impl Extension {
    async fn register(api: &RuntimeApi, name: &str, events: &[&str]) -> Self {
        let mut client = Client::connect(api.address()).await;
        let body = json!({"events": events}).to_string();
        let registered = client.post(REGISTER, &[("lambda-extension-name", name)], body).await;
        assert_eq!(registered.status, 200, "{}", registered.text());
        let id = registered.header("lambda-extension-identifier").to_owned();
        Self { client, id }
    }

    async fn send(&mut self, method: &str, path: &str, body: impl Into<bytes::Bytes>) -> Received {
        let headers = [("lambda-extension-identifier", self.id.as_str())];
        self.client.send(support::request(method, path, &headers, body)).await
    }

    async fn next(&mut self) -> Value {
        let event = self.send("GET", NEXT, "").await;
        assert_eq!(event.status, 200, "{}", event.text());
        assert!(!event.header("lambda-extension-event-identifier").is_empty());
        event.json()
    }

    /// Waits for the next event meanwhile.
    fn wait(mut self) -> tokio::task::JoinHandle<(Self, Value)> {
        tokio::spawn(async move {
            let event = self.next().await;
            (self, event)
        })
    }
}

#[tokio::test]
async fn an_internal_extension_registers_before_the_first_event_and_hears_of_events() {
    let api = RuntimeApi::start().await.unwrap();
    let mut extension = Client::connect(api.address()).await;
    let register = "/2020-01-01/extension/register";
    let name = [("lambda-extension-name", "inner")];
    let registered = extension.post(register, &name, r#"{"events":["INVOKE"]}"#).await;
    assert_eq!(registered.status, 200);
    assert_eq!(registered.json()["functionVersion"], "$LATEST");
    let id = registered.header("lambda-extension-identifier").to_owned();
    assert_eq!(api.extensions(), ["inner"]);

    let polled = tokio::spawn(async move {
        let headers = [("lambda-extension-identifier", id.as_str())];
        let request = support::request("GET", "/2020-01-01/extension/event/next", &headers, "");
        extension.send(request).await
    });
    let _pending = api.push(Invocation::new("{}").request_id("id-1"));
    let mut runtime = Client::connect(api.address()).await;
    runtime.next().await;
    api.ready().await.unwrap();
    let event = polled.await.unwrap().json();
    assert_eq!(event["eventType"], "INVOKE");
    assert_eq!(event["requestId"], "id-1");

    let late = [("lambda-extension-name", "late")];
    let refused = runtime.post(register, &late, r#"{"events":[]}"#).await;
    assert_eq!(refused.status, 403);
    assert_eq!(refused.json()["errorType"], "Extension.RegistrationClosed");
}

#[tokio::test]
async fn an_extension_is_refused_as_lambda_refuses_it() {
    let api = RuntimeApi::start().await.unwrap();
    let mut extension = Client::connect(api.address()).await;
    let register = "/2020-01-01/extension/register";
    let name = [("lambda-extension-name", "inner")];
    let refused = extension.post(register, &[], r#"{"events":[]}"#).await;
    assert_eq!(refused.json()["errorType"], "Extension.InvalidExtensionName");
    let shutdown = r#"{"events":["SHUTDOWN"]}"#;
    let refused = extension.post(register, &name, shutdown).await;
    assert_eq!(refused.status, 403);
    assert_eq!(refused.json()["errorType"], "Extension.InvalidEventType");
    let refused = extension.get("/2020-01-01/extension/event/next").await;
    assert_eq!(refused.status, 403);
}

#[tokio::test]
async fn a_start_is_over_when_all_external_extensions_have_asked_for_an_event() {
    let api = RuntimeApi::builder().extension("watcher").extension("keeper").start().await.unwrap();
    let watcher = Extension::register(&api, "watcher", &["INVOKE", "SHUTDOWN"]).await;
    let keeper = Extension::register(&api, "keeper", &[]).await;
    watcher.wait();
    let mut runtime = Client::connect(api.address()).await;
    tokio::spawn(async move { runtime.next().await });
    let soon = tokio::time::timeout(Duration::from_millis(50), api.ready()).await;
    assert!(soon.is_err(), "one has not asked for an event");
    keeper.wait();
    api.ready().await.unwrap();
}

#[tokio::test]
async fn an_invocation_is_over_when_the_extensions_that_heard_of_it_ask_for_the_next() {
    let api = RuntimeApi::builder().extension("watcher").start().await.unwrap();
    let watcher = Extension::register(&api, "watcher", &["INVOKE"]).await.wait();
    let mut runtime = Client::connect(api.address()).await;
    let pending = api.push(Invocation::new("{}").request_id("id-1"));
    let event = runtime.next().await;
    let (watcher, told) = watcher.await.unwrap();
    assert_eq!(told["requestId"], "id-1");
    assert_eq!(told["invokedFunctionArn"], Function::default().arn());
    runtime.respond(&event.request_id, "1").await;
    assert_eq!(pending.invoked().await.unwrap().payload, "1", "the answer waits for nobody");
    tokio::spawn(async move { runtime.next().await });
    let soon = tokio::time::timeout(Duration::from_millis(50), api.idle()).await;
    assert!(soon.is_err(), "the extension still works");
    watcher.wait();
    api.idle().await.unwrap();
}

#[tokio::test]
async fn an_external_extension_is_told_why_and_until_when_the_sandbox_ends() {
    for (reason, expected) in [
        (ShutdownReason::Spindown, "spindown"),
        (ShutdownReason::Timeout, "timeout"),
        (ShutdownReason::Failure, "failure"),
    ] {
        let api = RuntimeApi::builder().extension("watcher").start().await.unwrap();
        let watcher = Extension::register(&api, "watcher", &["SHUTDOWN"]).await.wait();
        Extension::register(&api, "inner", &[]).await.wait();
        assert_eq!(api.shut_down(reason, Duration::from_secs(2)), ["watcher"]);
        let (_, event) = watcher.await.unwrap();
        assert_eq!(event["eventType"], "SHUTDOWN");
        assert_eq!(event["shutdownReason"], expected);
        assert!(event["deadlineMs"].is_u64());
    }
}

#[tokio::test]
async fn nobody_registers_after_the_start_or_a_snapshot() {
    let function = Function::default().snapstart(true);
    let api = RuntimeApi::builder().function(function).start().await.unwrap();
    let mut runtime = Client::connect(api.address()).await;
    tokio::spawn(async move { runtime.get("/2018-06-01/runtime/restore/next").await });
    api.ready().await.unwrap();
    let late = [("lambda-extension-name", "late")];
    let mut client = Client::connect(api.address()).await;
    let refused = client.post(REGISTER, &late, r#"{"events":[]}"#).await;
    assert_eq!(refused.json()["errorType"], "Extension.RegistrationClosed");
}

#[tokio::test]
async fn an_extension_learns_the_account_if_it_asks_for_it() {
    let api = RuntimeApi::start().await.unwrap();
    let mut client = Client::connect(api.address()).await;
    let headers =
        [("lambda-extension-name", "inner"), ("lambda-extension-accept-feature", "accountId")];
    let registered = client.post(REGISTER, &headers, r#"{"events":[]}"#).await;
    assert_eq!(registered.json()["accountId"], "123456789012");
}

#[tokio::test]
async fn an_extension_that_cannot_go_on_ends_the_sandbox() {
    for (what, expected) in [("init", "Extension.InitError"), ("exit", "Extension.ExitError")] {
        let api = RuntimeApi::start().await.unwrap();
        let mut extension = Extension::register(&api, "inner", &[]).await;
        let path = format!("/2020-01-01/extension/{what}/error");
        let refused = extension.send("POST", &path, "{}").await;
        assert_eq!(refused.json()["errorType"], "Extension.MissingHeader");
        let headers = [
            ("lambda-extension-identifier", extension.id.as_str()),
            ("lambda-extension-function-error-type", "Extension.NoConfig"),
        ];
        let request = support::request("POST", &path, &headers, "{}");
        assert_eq!(extension.client.send(request).await.status, 202);
        let error = api.ready().await.unwrap_err();
        assert_eq!(error.error_type(), expected);
        assert!(error.message().contains("'inner' reported Extension.NoConfig"), "{error}");
        let refused = extension.send("GET", NEXT, "").await;
        assert_eq!(refused.json()["errorType"], "Extension.InvalidExtensionState");
    }
}

/// A server that keeps what is posted to it.
async fn listener() -> (u16, Arc<Mutex<Vec<Value>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let events = Arc::new(Mutex::new(Vec::new()));
    let seen = events.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let seen = seen.clone();
            let keep = service_fn(move |request: Request<hyper::body::Incoming>| {
                let seen = seen.clone();
                async move {
                    assert_eq!(request.headers()["content-type"], "application/json");
                    let body = request.into_body().collect().await.unwrap().to_bytes();
                    let portion: Vec<Value> = serde_json::from_slice(&body).unwrap();
                    seen.lock().unwrap().extend(portion);
                    Ok::<_, Infallible>(Response::new(Full::new(bytes::Bytes::new())))
                }
            });
            let server = hyper::server::conn::http1::Builder::new();
            tokio::spawn(server.serve_connection(TokioIo::new(stream), keep));
        }
    });
    (port, events)
}

fn subscription(port: u16, types: &[&str]) -> String {
    json!({
        "schemaVersion": "2022-12-13",
        "types": types,
        "buffering": {"timeoutMs": 25},
        "destination": {"protocol": "HTTP", "URI": format!("http://sandbox.localdomain:{port}/x")}
    })
    .to_string()
}

/// Waits until an event of this type has come, and gives it.
async fn event(events: &Mutex<Vec<Value>>, kind: &str) -> Value {
    for _ in 0..1000 {
        let found = events.lock().unwrap().iter().find(|event| event["type"] == kind).cloned();
        if let Some(found) = found {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("there is no {kind} in {:?}", events.lock().unwrap());
}

#[tokio::test]
async fn a_subscriber_is_posted_what_happens_from_the_beginning() {
    let api = RuntimeApi::builder().extension("watcher").start().await.unwrap();
    let mut watcher = Extension::register(&api, "watcher", &["INVOKE"]).await;
    let (port, events) = listener().await;
    let subscribed =
        watcher.send("PUT", "/2022-07-01/telemetry", subscription(port, &["platform"])).await;
    assert_eq!((subscribed.status.as_u16(), subscribed.text()), (200, "\"OK\""));
    watcher.wait();
    let pending = api.push(Invocation::new("{}").request_id("id-1"));
    let mut runtime = Client::connect(api.address()).await;
    let taken = runtime.next().await;
    runtime.respond(&taken.request_id, "12345").await;
    pending.invoked().await.unwrap();

    let done = event(&events, "platform.runtimeDone").await;
    assert_eq!(done["record"]["requestId"], "id-1");
    assert_eq!(done["record"]["status"], "success");
    assert_eq!(done["record"]["metrics"]["producedBytes"], 5);
    assert_eq!(done["record"]["spans"][0]["name"], "responseLatency");
    assert!(done["time"].as_str().unwrap().ends_with('Z'));
    let kinds: Vec<String> = events.lock().unwrap().iter().map(kind).collect();
    assert_eq!(
        kinds,
        [
            "platform.initStart",
            "platform.telemetrySubscription",
            "platform.initRuntimeDone",
            "platform.extension",
            "platform.initReport",
            "platform.start",
            "platform.runtimeDone",
        ]
    );
    let report = event(&events, "platform.initReport").await;
    assert_eq!(report["record"]["initializationType"], "on-demand");
    assert!(report["record"]["metrics"]["durationMs"].is_number());
}

fn kind(event: &Value) -> String {
    event["type"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_failure_is_told_with_its_type() {
    let api = RuntimeApi::start().await.unwrap();
    let mut watcher = Extension::register(&api, "inner", &[]).await;
    let (port, events) = listener().await;
    watcher.send("PUT", "/2022-07-01/telemetry", subscription(port, &["platform"])).await;
    watcher.wait();
    let pending = api.push("{}");
    let mut runtime = Client::connect(api.address()).await;
    let taken = runtime.next().await;
    let body = r#"{"errorType":"App.Broken","errorMessage":"no"}"#;
    runtime.post(&answer_path(&taken.request_id, "error"), &[], body).await;
    pending.invoked().await.unwrap();
    let done = event(&events, "platform.runtimeDone").await;
    assert_eq!(done["record"]["status"], "error");
    assert_eq!(done["record"]["errorType"], "App.Broken");
}

#[tokio::test]
async fn a_subscription_that_is_not_in_order_is_refused() {
    let api = RuntimeApi::start().await.unwrap();
    let mut extension = Extension::register(&api, "inner", &[]).await;
    let put = |change: fn(&mut Value)| {
        let mut body: Value = serde_json::from_str(&subscription(8080, &["platform"])).unwrap();
        change(&mut body);
        body.to_string()
    };
    for bad in [
        put(|body| body["types"] = json!(["everything"])),
        put(|body| body["types"] = json!([])),
        put(|body| body["schemaVersion"] = "1999-01-01".into()),
        put(|body| body["buffering"]["timeoutMs"] = 24.into()),
        put(|body| body["destination"]["URI"] = "http://example.com:80".into()),
        put(|body| body["destination"]["URI"] = "https://sandbox:80".into()),
        put(|body| body["destination"] = json!({"protocol": "TCP", "port": 80})),
        "no JSON".to_owned(),
    ] {
        let refused = extension.send("PUT", "/2022-07-01/telemetry", bad.clone()).await;
        assert_eq!(refused.status, 400, "{bad}");
        assert_eq!(refused.json()["errorType"], "ValidationError", "{bad}");
    }
    let mut stranger = Client::connect(api.address()).await;
    let put = support::request("PUT", "/2022-07-01/telemetry", &[], subscription(1, &["platform"]));
    assert_eq!(stranger.send(put).await.status, 403);
}

#[tokio::test]
async fn nobody_subscribes_after_the_start() {
    let api = RuntimeApi::start().await.unwrap();
    let extension = Extension::register(&api, "inner", &[]).await;
    let id = extension.id.clone();
    extension.wait();
    let mut runtime = Client::connect(api.address()).await;
    tokio::spawn(async move { runtime.next().await });
    api.ready().await.unwrap();
    let mut late = Extension { client: Client::connect(api.address()).await, id };
    let refused =
        late.send("PUT", "/2022-07-01/telemetry", subscription(8080, &["platform"])).await;
    assert_eq!(refused.status, 403);
    assert_eq!(refused.json()["errorType"], "Telemetry.SubscriptionClosed");
}

#[tokio::test]
async fn events_that_a_subscriber_did_not_take_are_counted_when_it_takes_some() {
    let api = RuntimeApi::start().await.unwrap();
    let mut watcher = Extension::register(&api, "inner", &[]).await;
    let unused = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = unused.local_addr().unwrap().port();
    drop(unused);
    watcher.send("PUT", "/2022-07-01/telemetry", subscription(port, &["platform"])).await;
    watcher.wait();
    // Three attempts are over by then.
    tokio::time::sleep(Duration::from_millis(400)).await;
    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    let mut runtime = Client::connect(api.address()).await;
    tokio::spawn(async move { runtime.next().await });
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = vec![0; 4096];
    let mut length = 0;
    let dropped = loop {
        use tokio::io::AsyncReadExt;
        length += stream.read(&mut request[length..]).await.unwrap();
        let text = String::from_utf8_lossy(&request[..length]).into_owned();
        if text.ends_with(']') {
            break text;
        }
    };
    assert!(dropped.contains("platform.logsDropped"), "{dropped}");
    assert!(dropped.contains("\"droppedRecords\":2"), "{dropped}");
}
