//! A request to invoke the function, read and checked.

use bytes::Bytes;
use http::HeaderMap;
use serde::de::IgnoredAny;

use super::refusal::{MAX_ASYNCHRONOUS_BYTES, MAX_SYNCHRONOUS_BYTES, Refusal};
use super::target;
use crate::body::{self, Unreadable};
use crate::{Function, Invocation, base64, percent};

/// The longest client context, in bytes of base64.
const MAX_CLIENT_CONTEXT_BYTES: usize = 3583;

/// How the function is to be invoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InvocationType {
    RequestResponse,
    Event,
    DryRun,
}

/// A request that was read and is in order.
#[derive(Debug)]
pub(super) struct Invoke {
    pub(super) invocation: Invocation,
    pub(super) invocation_type: InvocationType,
    /// Whether the end of the log is wanted.
    pub(super) wants_log: bool,
}

/// Reads a request to the function of that name.
pub(super) async fn read(
    function: &Function,
    name: &str,
    request: http::Request<hyper::body::Incoming>,
) -> Result<Invoke, Refusal> {
    let (parts, body) = request.into_parts();
    let body = body::read(body, MAX_SYNCHRONOUS_BYTES).await.map_err(|error| match error {
        Unreadable::TooLarge => Refusal::too_large(),
        Unreadable::BrokeOff => Refusal::broken_off(),
    })?;
    let qualifier = qualifier(parts.uri.query().unwrap_or_default());
    target::check(function, &percent::decode(name), qualifier.as_deref())?;
    let invocation_type = invocation_type(&parts.headers)?;
    let wants_log = wants_log(&parts.headers)?;
    if invocation_type == InvocationType::Event && body.len() > MAX_ASYNCHRONOUS_BYTES {
        return Err(Refusal::too_large_for_event(body.len()));
    }
    let mut invocation = Invocation::new(event(body)?);
    if let Some(context) = client_context(&parts.headers)? {
        invocation = invocation.client_context(context);
    }
    if let Some(tenant) = text(&parts.headers, "x-amz-tenant-id") {
        invocation = invocation.tenant_id(tenant);
    }
    if let Some(trace) = text(&parts.headers, "x-amzn-trace-id") {
        invocation = invocation.trace_id(trace);
    }
    Ok(Invoke { invocation, invocation_type, wants_log })
}

/// The event is the body byte for byte, if it is JSON; an empty body is an empty object.
fn event(body: Bytes) -> Result<Bytes, Refusal> {
    if body.is_empty() {
        return Ok(Bytes::from_static(b"{}"));
    }
    let is_json: Result<IgnoredAny, _> = serde_json::from_slice(&body);
    is_json.map_err(|error| Refusal::no_json(&error))?;
    Ok(body)
}

fn invocation_type(headers: &HeaderMap) -> Result<InvocationType, Refusal> {
    match text(headers, "x-amz-invocation-type") {
        None | Some("RequestResponse") => Ok(InvocationType::RequestResponse),
        Some("Event") => Ok(InvocationType::Event),
        Some("DryRun") => Ok(InvocationType::DryRun),
        Some(other) => {
            let allowed = "Event, RequestResponse, DryRun";
            Err(Refusal::invalid_value(other, "invocationType", allowed))
        }
    }
}

fn wants_log(headers: &HeaderMap) -> Result<bool, Refusal> {
    match text(headers, "x-amz-log-type") {
        None | Some("None") => Ok(false),
        Some("Tail") => Ok(true),
        Some(other) => Err(Refusal::invalid_value(other, "logType", "Tail, None")),
    }
}

/// The client context as JSON, which comes in base64.
fn client_context(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let Some(context) = text(headers, "x-amz-client-context") else {
        return Ok(None);
    };
    let json = (context.len() <= MAX_CLIENT_CONTEXT_BYTES)
        .then(|| base64::decode(context))
        .flatten()
        .and_then(|json| serde_json::from_slice::<serde_json::Value>(&json).ok())
        .filter(serde_json::Value::is_object);
    // On one line, whatever it was, since a header carries it to the runtime.
    json.map(|json| Some(json.to_string())).ok_or_else(Refusal::invalid_client_context)
}

fn qualifier(query: &str) -> Option<String> {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| *name == "Qualifier").map(|(_, value)| percent::decode(value))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().filter(|text| !text.is_empty())
}
