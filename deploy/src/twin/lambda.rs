//! Invoking the function as AWS's services do: by Lambda's own API, which the emulator has.

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

use super::Observer;

/// The function, and whom to tell.
#[derive(Clone, Debug)]
pub(super) struct Lambda {
    url: String,
    client: Client<HttpConnector, Full<Bytes>>,
    pub(super) observer: Observer,
}

/// Events from before the function is there.
#[derive(Clone, Debug)]
pub(super) struct Sender(UnboundedSender<Value>);

/// Their other end.
pub(super) struct Events(UnboundedReceiver<Value>);

pub(super) fn channel() -> (Sender, Events) {
    let (sender, events) = unbounded_channel();
    (Sender(sender), Events(events))
}

impl Sender {
    pub(super) fn send(&self, event: Value) {
        // Nobody receives when everything ends.
        let _ = self.0.send(event);
    }
}

impl Events {
    pub(super) fn forward(mut self, lambda: &Lambda) -> Option<JoinHandle<()>> {
        let lambda = lambda.clone();
        Some(tokio::spawn(async move {
            while let Some(event) = self.0.recv().await {
                lambda.enqueue(&event).await;
            }
        }))
    }
}

impl Lambda {
    pub(super) fn new(api: &str, function: &str, observer: Observer) -> Self {
        Self {
            url: format!("{api}/2015-03-31/functions/{function}/invocations"),
            client: Client::builder(TokioExecutor::new()).build_http(),
            observer,
        }
    }

    /// Waits for what the function answers; an error if it failed, or there was no place for it.
    pub(super) async fn invoke(&self, event: &Value) -> Result<Bytes, String> {
        self.call(event, "RequestResponse").await
    }

    /// Hands an event over that nobody waits for: Lambda tries it three times.
    pub(super) async fn enqueue(&self, event: &Value) {
        if let Err(error) = self.call(event, "Event").await {
            self.observer.complain(format!("an event was lost: {error}"));
        }
    }

    async fn call(&self, event: &Value, kind: &str) -> Result<Bytes, String> {
        let request = Request::post(&self.url)
            .header("content-type", "application/json")
            .header("x-amz-invocation-type", kind)
            .body(Full::from(event.to_string()))
            .map_err(|error| error.to_string())?;
        let response = self.client.request(request).await.map_err(|error| error.to_string())?;
        let failed = response.headers().contains_key("x-amz-function-error");
        let status = response.status();
        let body = response.into_body().collect().await.map_err(|error| error.to_string())?;
        let body = body.to_bytes();
        if status.is_success() && !failed {
            return Ok(body);
        }
        let said: Value = serde_json::from_slice(&body).unwrap_or_default();
        let text =
            ["errorMessage", "message", "Message"].iter().find_map(|key| said[*key].as_str());
        Err(text.map_or_else(|| format!("status {status}"), str::to_owned))
    }
}
