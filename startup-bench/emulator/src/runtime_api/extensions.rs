//! The Extensions API, as far as extensions inside the function's own process need it.

use std::collections::VecDeque;

use http::header::HeaderValue;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde_json::json;

use super::post::text;
use super::refusal::{Answered, Refusal, accepted, json as json_response};
use super::state::Shared;
use crate::{Function, FunctionError, Invocation};

const NAME: &str = "lambda-extension-name";
const IDENTIFIER: &str = "lambda-extension-identifier";
const ERROR_TYPE: &str = "lambda-extension-function-error-type";
const EVENT_IDENTIFIER: &str = "lambda-extension-event-identifier";

/// How many extensions Lambda allows.
const MAX_EXTENSIONS: usize = 10;

/// The extensions that registered themselves.
#[derive(Debug, Default)]
pub(super) struct Extensions(Vec<Extension>);

#[derive(Debug)]
struct Extension {
    name: String,
    id: String,
    wants_invocations: bool,
    /// Whether it asked for an event: that ends its part of the start.
    has_polled: bool,
    events: VecDeque<serde_json::Value>,
}

impl Extensions {
    pub(super) fn names(&self) -> Vec<String> {
        self.0.iter().map(|e| e.name.clone()).collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether all of them have ended their part of the start.
    pub(super) fn are_ready(&self) -> bool {
        self.0.iter().all(|extension| extension.has_polled)
    }

    /// Tells those that want to know about an invocation.
    pub(super) fn announce(&mut self, invocation: &Invocation, deadline_ms: u64) {
        for extension in self.0.iter_mut().filter(|e| e.wants_invocations) {
            extension.events.push_back(json!({
                "eventType": "INVOKE",
                "deadlineMs": deadline_ms,
                "requestId": invocation.request_id,
                "tracing": {"type": "X-Amzn-Trace-Id", "value": invocation.trace_id},
            }));
        }
    }

    fn find(&mut self, id: &str) -> Option<&mut Extension> {
        self.0.iter_mut().find(|extension| extension.id == id)
    }

    fn add(&mut self, name: &str, wants_invocations: bool) -> Result<String, Refusal> {
        if self.0.iter().any(|extension| extension.name == name) {
            return Err(Refusal::forbidden(
                "Extension.InvalidExtensionState",
                "Extension with this name already registered",
            ));
        }
        if self.0.len() == MAX_EXTENSIONS {
            return Err(Refusal::forbidden(
                "Extension.TooManyExtensions",
                format!("Extension limit ({MAX_EXTENSIONS}) reached"),
            ));
        }
        let id = crate::ids::uuid();
        self.0.push(Extension {
            name: name.to_owned(),
            id: id.clone(),
            wants_invocations,
            has_polled: false,
            events: VecDeque::new(),
        });
        Ok(id)
    }
}

/// `POST /2020-01-01/extension/register`
pub(super) async fn register(
    shared: &Shared,
    function: &Function,
    request: Request<Incoming>,
) -> Result<Answered, Refusal> {
    let (parts, body) = request.into_parts();
    let Some(name) = text(&parts.headers, NAME) else {
        return Err(Refusal::forbidden("Extension.InvalidExtensionName", "Empty extension name"));
    };
    let wants_invocations = wanted_events(body).await?;
    let id = shared.update(|state| {
        // The start is over with the first `next`; there are no external extensions here.
        if state.first_next.is_some() {
            return Err(Refusal::forbidden(
                "Extension.RegistrationClosed",
                "Extension registration closed already",
            ));
        }
        state.extensions.add(name, wants_invocations)
    })?;
    let body = json!({
        "functionName": function.name,
        "functionVersion": function.version,
        "handler": function.handler,
    });
    let mut response = json_response(StatusCode::OK, body.to_string());
    insert(response.headers_mut(), IDENTIFIER, &id);
    Ok(response)
}

/// Reads which events an extension wants; tells whether invocations are among them.
async fn wanted_events(body: Incoming) -> Result<bool, Refusal> {
    let refuse = |message: String| Refusal::forbidden("InvalidRequestFormat", message);
    let body = body.collect().await.map_err(|e| refuse(e.to_string()))?;
    let body: serde_json::Value =
        serde_json::from_slice(&body.to_bytes()).map_err(|e| refuse(e.to_string()))?;
    let mut wants_invocations = false;
    for event in body["events"].as_array().into_iter().flatten() {
        match event.as_str() {
            Some("INVOKE") => wants_invocations = true,
            Some("SHUTDOWN") => {
                return Err(Refusal::forbidden(
                    "Extension.InvalidEventType",
                    "SHUTDOWN: ShutdownEventNotSupportedForInternalExtension",
                ));
            }
            _ => {
                return Err(Refusal::forbidden(
                    "Extension.InvalidEventType",
                    format!("{event}: InvalidEventType"),
                ));
            }
        }
    }
    Ok(wants_invocations)
}

/// `GET /2020-01-01/extension/event/next`
pub(super) async fn next(
    shared: &Shared,
    function: &Function,
    headers: &HeaderMap,
) -> Result<Answered, Refusal> {
    let id = known(shared, headers)?;
    shared.update(|state| {
        if let Some(extension) = state.extensions.find(id) {
            extension.has_polled = true;
        }
    });
    let mut event = shared.wait_for(|state| state.extensions.find(id)?.events.pop_front()).await;
    event["invokedFunctionArn"] = function.arn().into();
    let mut response = json_response(StatusCode::OK, event.to_string());
    insert(response.headers_mut(), EVENT_IDENTIFIER, &crate::ids::uuid());
    Ok(response)
}

/// `POST /2020-01-01/extension/init/error` and `exit/error`: the sandbox can't go on.
pub(super) fn error(shared: &Shared, headers: &HeaderMap) -> Result<Answered, Refusal> {
    known(shared, headers)?;
    let error_type = text(headers, ERROR_TYPE).unwrap_or("Extension.Crash");
    shared.fail(&FunctionError::of_platform(error_type, "An extension reported an error"));
    Ok(accepted())
}

fn known<'a>(shared: &Shared, headers: &'a HeaderMap) -> Result<&'a str, Refusal> {
    let Some(id) = text(headers, IDENTIFIER) else {
        return Err(Refusal::forbidden(
            "Extension.MissingExtensionIdentifier",
            "Missing Lambda-Extension-Identifier header",
        ));
    };
    if shared.update(|state| state.extensions.find(id).is_some()) {
        Ok(id)
    } else {
        Err(Refusal::forbidden("Extension.UnknownExtensionIdentifier", "Unknown extension"))
    }
}

fn insert(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
