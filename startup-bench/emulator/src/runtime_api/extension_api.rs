//! The Extensions API: what extensions ask and report.

use http::header::HeaderValue;
use http::{HeaderMap, Request, StatusCode};
use hyper::body::Incoming;
use serde::Deserialize;
use serde_json::json;

use super::extensions::Wanted;
use super::post::text;
use super::refusal::{Answered, Refusal, accepted, json as json_response};
use super::shared::Shared;
use super::state::State;
use crate::body::{self, Unreadable};
use crate::failure::MAX_PAYLOAD_BYTES;
use crate::{Function, FunctionError};

const NAME: &str = "lambda-extension-name";
const ACCEPT_FEATURE: &str = "lambda-extension-accept-feature";
const IDENTIFIER: &str = "lambda-extension-identifier";
const ERROR_TYPE: &str = "lambda-extension-function-error-type";
const EVENT_IDENTIFIER: &str = "lambda-extension-event-identifier";

#[derive(Deserialize)]
struct Registration {
    #[serde(default)]
    events: Vec<String>,
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
    let wanted = wanted(body).await?;
    let id = shared.update(|state| {
        // The start is over with the first `next`, or with the snapshot.
        if state.has_started() {
            let message = "Extension registration closed already";
            return Err(Refusal::forbidden("Extension.RegistrationClosed", message));
        }
        state.extensions.add(name, wanted)
    })?;
    let mut body = json!({
        "functionName": function.name,
        "functionVersion": function.version,
        "handler": function.handler,
    });
    let features = text(&parts.headers, ACCEPT_FEATURE).unwrap_or_default();
    if features.split(',').any(|feature| feature.trim() == "accountId") {
        body["accountId"] = function.account.clone().into();
    }
    let mut response = json_response(StatusCode::OK, body.to_string());
    insert(response.headers_mut(), IDENTIFIER, &id);
    Ok(response)
}

/// Reads which events an extension wants.
async fn wanted(body: Incoming) -> Result<Wanted, Refusal> {
    let refuse = |message: String| Refusal::forbidden("InvalidRequestFormat", message);
    let body = body::read(body, MAX_PAYLOAD_BYTES).await.map_err(|error| match error {
        Unreadable::TooLarge => Refusal::too_large(),
        Unreadable::BrokeOff => Refusal::truncated(),
    })?;
    let registration: Registration =
        serde_json::from_slice(&body).map_err(|error| refuse(error.to_string()))?;
    let mut wanted = Wanted::default();
    for event in registration.events {
        match event.as_str() {
            "INVOKE" => wanted.invoke = true,
            "SHUTDOWN" => wanted.shutdown = true,
            _ => {
                let message = format!("{event}: InvalidEventType");
                return Err(Refusal::forbidden("Extension.InvalidEventType", message));
            }
        }
    }
    Ok(wanted)
}

/// `GET /2020-01-01/extension/event/next`
pub(super) async fn next(shared: &Shared, headers: &HeaderMap) -> Result<Answered, Refusal> {
    let id = known(shared, headers)?;
    shared.update(|state| state.extensions.wait(id))?;
    shared.end_init();
    let waiting = Waiting { shared, id };
    let event = shared.wait_for(|state| state.extensions.take(id)).await;
    drop(waiting);
    let mut response = json_response(StatusCode::OK, event.to_string());
    insert(response.headers_mut(), EVENT_IDENTIFIER, &crate::ids::uuid());
    Ok(response)
}

/// `POST /2020-01-01/extension/init/error` and `exit/error`: the sandbox can't go on.
pub(super) fn error(
    shared: &Shared,
    headers: &HeaderMap,
    in_init: bool,
) -> Result<Answered, Refusal> {
    let id = known(shared, headers)?;
    let Some(error_type) = text(headers, ERROR_TYPE) else {
        let message = "Lambda-Extension-Function-Error-Type not found";
        return Err(Refusal::forbidden("Extension.MissingHeader", message));
    };
    let name = shared.update(|state| {
        state.extensions.fail(id, in_init)?;
        Ok(state.extensions.name_of(id).unwrap_or_default().to_owned())
    })?;
    let kind = if in_init { "Extension.InitError" } else { "Extension.ExitError" };
    let message = format!("the extension '{name}' reported {error_type}");
    shared.fail(&FunctionError::of_platform(kind, message));
    Ok(accepted())
}

/// The extension's id, if it is one.
pub(super) fn known<'a>(shared: &Shared, headers: &'a HeaderMap) -> Result<&'a str, Refusal> {
    let Some(id) = text(headers, IDENTIFIER) else {
        let message = "Missing Lambda-Extension-Identifier header";
        return Err(Refusal::forbidden("Extension.MissingExtensionIdentifier", message));
    };
    let is_known = |state: &State| state.extensions.name_of(id).is_some();
    if shared.read(is_known) { Ok(id) } else { Err(Refusal::unknown_extension()) }
}

/// An extension that waits; if its connection ends meanwhile, it does no more.
struct Waiting<'a> {
    shared: &'a Shared,
    id: &'a str,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.shared.update(|state| state.extensions.leave(self.id));
    }
}

fn insert(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
