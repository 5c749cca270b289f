//! Events of an application load balancer.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>

use std::collections::BTreeMap;

use serde::Serialize;

use super::event::{Ordered, maps, to_json};
use super::request::Incoming;
use super::text::{Payload, raw_pairs};
use crate::Function;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    request_context: RequestContext,
    http_method: &'a str,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    query_string_parameters: Option<Ordered<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    multi_value_query_string_parameters: Option<Ordered<Vec<String>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    multi_value_headers: Option<BTreeMap<String, Vec<String>>>,
    body: &'a str,
    is_base64_encoded: bool,
}

#[derive(Serialize)]
struct RequestContext {
    elb: Elb,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Elb {
    target_group_arn: String,
}

/// The query is not decoded; one map of one value each, or one map of lists, never both.
pub(super) fn event(function: &Function, request: &Incoming, is_multi_value: bool) -> String {
    let query = raw_pairs(request.query.as_deref().unwrap_or_default());
    let (last_query, all_query) = maps(query);
    let headers = request.forwarded();
    let content_type = request.content_type();
    let body =
        Payload::by_type(&request.body, content_type.as_deref(), request.has_content_encoding());
    let last_headers = headers
        .iter()
        .map(|(name, values)| (name.clone(), values.last().cloned().unwrap_or_default()));
    to_json(&Event {
        request_context: RequestContext { elb: Elb { target_group_arn: target_group(function) } },
        http_method: request.method.as_str(),
        path: &request.path,
        query_string_parameters: (!is_multi_value).then_some(last_query),
        multi_value_query_string_parameters: is_multi_value.then_some(all_query),
        headers: (!is_multi_value).then(|| last_headers.collect()),
        multi_value_headers: is_multi_value.then_some(headers.clone()),
        body: &body.text,
        is_base64_encoded: body.is_base64,
    })
}

fn target_group(function: &Function) -> String {
    let (region, Function { account, name, .. }) = (function.region_name(), function);
    format!("arn:aws:elasticloadbalancing:{region}:{account}:targetgroup/{name}/0a1b2c3d4e5f6071")
}
