//! Events of an API Gateway HTTP API, payload 2.0, which function URLs use too.
//!
//! Source: <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>

use std::collections::BTreeMap;

use serde::Serialize;

use super::event::{Ordered, joined, maps, to_json};
use super::options::Door;
use super::request::Incoming;
use super::text::{Payload, decoded_pairs};
use crate::{Function, percent};

/// The emulated API's id.
pub(super) const API_ID: &str = "q7w2e9r4t1";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event<'a> {
    version: &'static str,
    route_key: &'static str,
    raw_path: &'a str,
    raw_query_string: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cookies: Option<Vec<String>>,
    headers: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    query_string_parameters: Ordered<String>,
    request_context: RequestContext<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a str>,
    is_base64_encoded: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext<'a> {
    account_id: &'a str,
    api_id: &'a str,
    domain_name: String,
    domain_prefix: &'a str,
    http: Http<'a>,
    request_id: &'a str,
    route_key: &'static str,
    stage: &'a str,
    time: String,
    time_epoch: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Http<'a> {
    method: &'a str,
    path: &'a str,
    protocol: String,
    source_ip: String,
    user_agent: String,
}

/// Whose event it is.
pub(super) struct Origin<'a> {
    pub(super) account_id: &'a str,
    pub(super) api_id: &'a str,
    pub(super) domain_name: String,
    pub(super) stage: &'a str,
    /// The path of `requestContext.http`, which is decoded.
    pub(super) decoded_path: &'a str,
    pub(super) raw_path: &'a str,
    pub(super) headers: BTreeMap<String, Vec<String>>,
}

/// The path is decoded, and the cookies are only in their list.
pub(super) fn event(door: &Door, function: &Function, request: &Incoming) -> String {
    let path = decoded_path(&request.path);
    let mut headers = request.forwarded();
    headers.remove("cookie");
    headers
        .entry("content-length".to_owned())
        .or_insert_with(|| vec![request.body.len().to_string()]);
    payload_v2(
        request,
        Origin {
            account_id: &function.account,
            api_id: API_ID,
            domain_name: domain(function),
            stage: door.stage.as_deref().unwrap_or("$default"),
            decoded_path: &path,
            raw_path: &path,
            headers,
        },
    )
}

/// What an HTTP API makes of a path: it is decoded twice and ends at a `?`.
pub(super) fn decoded_path(path: &str) -> String {
    let decoded = percent::decode(&percent::decode(path));
    match decoded.split_once('?') {
        Some((before, _)) => before.to_owned(),
        None => decoded,
    }
}

pub(super) fn domain(function: &Function) -> String {
    format!("{API_ID}.execute-api.{}.amazonaws.com", function.region_name())
}

/// The event of payload 2.0.
pub(super) fn payload_v2(request: &Incoming, origin: Origin<'_>) -> String {
    let query = request.query.as_deref().unwrap_or_default();
    let (_, all) = maps(decoded_pairs(query));
    let content_type = request.content_type();
    let body =
        Payload::by_type(&request.body, content_type.as_deref(), request.has_content_encoding());
    to_json(&Event {
        version: "2.0",
        route_key: "$default",
        raw_path: origin.raw_path,
        raw_query_string: query,
        cookies: request.cookies(),
        headers: joined(origin.headers),
        query_string_parameters: all.joined(),
        request_context: RequestContext {
            account_id: origin.account_id,
            api_id: origin.api_id,
            domain_prefix: origin.api_id,
            domain_name: origin.domain_name,
            http: Http {
                method: request.method.as_str(),
                path: origin.decoded_path,
                protocol: request.protocol(),
                source_ip: request.peer.to_string(),
                user_agent: request.user_agent().unwrap_or_default(),
            },
            request_id: &request.request_id,
            route_key: "$default",
            stage: origin.stage,
            time: crate::time::request_time(request.epoch_ms),
            time_epoch: request.epoch_ms,
        },
        body: (!request.body.is_empty()).then_some(&body.text),
        is_base64_encoded: body.is_base64,
    })
}
