//! Events of payload 1.0: API Gateway REST APIs, and HTTP APIs that ask for it.
//!
//! Source: <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html>

use std::collections::BTreeMap;

use serde::Serialize;

use super::event::{Ordered, maps, to_json};
use super::http_api::{API_ID, decoded_path, domain};
use super::options::Door;
use super::request::Incoming;
use super::text::{Payload, decoded_pairs};
use crate::Function;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    /// Only an HTTP API says its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'static str>,
    resource: &'static str,
    path: &'a str,
    http_method: &'a str,
    headers: BTreeMap<String, String>,
    multi_value_headers: BTreeMap<String, Vec<String>>,
    query_string_parameters: Option<Ordered<String>>,
    multi_value_query_string_parameters: Option<Ordered<Vec<String>>>,
    path_parameters: Option<PathParameters<'a>>,
    stage_variables: Option<()>,
    request_context: RequestContext<'a>,
    body: Option<&'a str>,
    is_base64_encoded: bool,
}

#[derive(Serialize)]
struct PathParameters<'a> {
    proxy: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext<'a> {
    resource_id: Option<&'static str>,
    resource_path: &'static str,
    http_method: &'a str,
    extended_request_id: String,
    request_time: String,
    path: String,
    account_id: &'a str,
    protocol: String,
    stage: &'a str,
    domain_prefix: &'static str,
    request_time_epoch: u64,
    request_id: &'a str,
    identity: Identity,
    domain_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    deployment_id: Option<&'static str>,
    api_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Identity {
    cognito_identity_pool_id: Option<()>,
    account_id: Option<()>,
    cognito_identity_id: Option<()>,
    caller: Option<()>,
    source_ip: String,
    principal_org_id: Option<()>,
    access_key: Option<()>,
    cognito_authentication_type: Option<()>,
    cognito_authentication_provider: Option<()>,
    user_arn: Option<()>,
    user_agent: Option<String>,
    user: Option<()>,
}

/// The event of a REST API: the path as it was sent, no content length, and bodies are text
/// unless their type is one of the API's binary media types.
pub(super) fn rest(door: &Door, function: &Function, request: &Incoming) -> String {
    let mut headers = request.forwarded();
    headers.remove("content-length");
    let content_type = request.content_type();
    let is_binary = content_type.is_some_and(|media_type| door.is_binary(&media_type));
    let body = if is_binary && !request.body.is_empty() {
        Payload::base64(&request.body)
    } else {
        Payload::lossy(&request.body)
    };
    let stage = door.stage.as_deref().unwrap_or("prod");
    let proxy = request.path.strip_prefix('/').unwrap_or(&request.path);
    let is_root = proxy.is_empty();
    // A REST API splits a query at semicolons too.
    let query = request.query.as_deref().unwrap_or_default().replace(';', "&");
    let resource = if is_root { "/" } else { "/{proxy+}" };
    to_json(&Event {
        version: None,
        resource,
        path: &request.path,
        path_parameters: (!is_root).then_some(PathParameters { proxy }),
        request_context: RequestContext {
            resource_id: Some("ab12cd"),
            resource_path: resource,
            path: format!("/{stage}{}", request.path),
            deployment_id: Some("d3pl0y"),
            ..RequestContext::new(function, request, stage)
        },
        ..Event::new(request, headers, &body, function, &query)
    })
}

/// The event of an HTTP API with payload 1.0: the path is decoded.
pub(super) fn http_api(door: &Door, function: &Function, request: &Incoming) -> String {
    let mut headers = request.forwarded();
    headers
        .entry("content-length".to_owned())
        .or_insert_with(|| vec![request.body.len().to_string()]);
    let content_type = request.content_type();
    let body =
        Payload::by_type(&request.body, content_type.as_deref(), request.has_content_encoding());
    let stage = door.stage.as_deref().unwrap_or("$default");
    let path = decoded_path(&request.path);
    let query = request.query.as_deref().unwrap_or_default();
    to_json(&Event {
        version: Some("1.0"),
        path: &path,
        request_context: RequestContext {
            path: path.clone(),
            ..RequestContext::new(function, request, stage)
        },
        ..Event::new(request, headers, &body, function, query)
    })
}

impl<'a> Event<'a> {
    /// What the two kinds share.
    fn new(
        request: &'a Incoming,
        headers: BTreeMap<String, Vec<String>>,
        body: &'a Payload<'_>,
        function: &'a Function,
        query: &str,
    ) -> Self {
        let (last, all) = maps(decoded_pairs(query));
        let headers: BTreeMap<String, Vec<String>> =
            headers.into_iter().map(|(name, values)| (title_case(&name), values)).collect();
        let last_headers = headers
            .iter()
            .map(|(name, values)| (name.clone(), values.last().cloned().unwrap_or_default()));
        Self {
            version: None,
            resource: "$default",
            path: &request.path,
            http_method: request.method.as_str(),
            headers: last_headers.collect(),
            multi_value_headers: headers,
            query_string_parameters: (!last.is_empty()).then_some(last),
            multi_value_query_string_parameters: (!all.is_empty()).then_some(all),
            path_parameters: None,
            stage_variables: None,
            request_context: RequestContext::new(function, request, ""),
            body: (!request.body.is_empty()).then_some(&body.text),
            is_base64_encoded: body.is_base64,
        }
    }
}

impl<'a> RequestContext<'a> {
    fn new(function: &'a Function, request: &'a Incoming, stage: &'a str) -> Self {
        Self {
            resource_id: None,
            resource_path: "$default",
            http_method: request.method.as_str(),
            extended_request_id: crate::base64::encode(&request.request_id.as_bytes()[..8]),
            request_time: crate::time::request_time(request.epoch_ms),
            path: request.path.clone(),
            account_id: &function.account,
            protocol: request.protocol(),
            stage,
            domain_prefix: API_ID,
            request_time_epoch: request.epoch_ms,
            request_id: &request.request_id,
            identity: Identity::new(request),
            domain_name: domain(function),
            deployment_id: None,
            api_id: API_ID,
        }
    }
}

impl Identity {
    fn new(request: &Incoming) -> Self {
        Self {
            cognito_identity_pool_id: None,
            account_id: None,
            cognito_identity_id: None,
            caller: None,
            source_ip: request.peer.to_string(),
            principal_org_id: None,
            access_key: None,
            cognito_authentication_type: None,
            cognito_authentication_provider: None,
            user_arn: None,
            user_agent: request.user_agent(),
            user: None,
        }
    }
}

/// `x-forwarded-for` as `X-Forwarded-For`, as clients of HTTP/1.1 and API Gateway itself write
/// names; hyper keeps no other case.
fn title_case(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect::<Vec<_>>().join("-")
}
