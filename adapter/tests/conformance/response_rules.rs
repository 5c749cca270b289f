//! When a result is what its case expects: `match_response` of check.py, for AWS's targets.

use std::collections::{BTreeMap, BTreeSet};

use base64_simd::STANDARD as BASE64;
use serde_json::{Map, Value};

/// What differs from the case's expectation; nothing if one of its alternatives is met.
pub(crate) fn differences(case: &Value, outcome: &Value) -> Vec<String> {
    let accepted = case["accept"].as_array().cloned().unwrap_or_default();
    let mut first = None;
    for changes in std::iter::once(Value::Object(Map::new())).chain(accepted) {
        let found = differences_from(case, &changes, outcome);
        if found.is_empty() {
            return found;
        }
        first.get_or_insert(found);
    }
    first.unwrap_or_default()
}

fn differences_from(case: &Value, changes: &Value, outcome: &Value) -> Vec<String> {
    let kind = outcome["kind"].as_str().unwrap_or_default();
    let expected = &case["expected"];
    if changes["kind"] == "error" || expected["kind"] == "error" {
        return unless(kind == "error", || format!("kind {kind} != error"));
    }
    if case["kind"] == "stream" {
        return stream(case, changes, outcome);
    }
    if kind != "response" {
        return vec![format!("kind {kind} != response: {}", outcome["error"])];
    }
    let value = &outcome["value"];
    if case["kind"] == "passthrough" {
        let expected = changes.get("raw_json").unwrap_or(&expected["raw_json"]);
        return unless(value == expected, || format!("{value} != {expected}"));
    }
    let target = case["target"].as_str().unwrap();
    let actual = Normal::of(target, value);
    if let Some(allowed) = expected["statusCode_in"].as_array() {
        let is_allowed = allowed.iter().any(|status| status == actual.status);
        return unless(is_allowed, || format!("status {}", actual.status));
    }
    if case["kind"] == "large_ok" {
        let is_whole = case["app_response"]["body_repeat"]["count"] == actual.body.len();
        return unless(actual.status == 200 && is_whole, || "large body".to_owned());
    }
    let mut found = actual.differences_from(&Normal::of(target, expected), case, changes);
    if case["compare"]["strict_keys"] == true {
        let extra: Vec<_> = actual.keys.iter().filter(|key| !is_strict(key)).collect();
        found.extend(unless(extra.is_empty(), || format!("extra keys {extra:?}")));
    }
    found
}

fn unless(holds: bool, message: impl FnOnce() -> String) -> Vec<String> {
    if holds { Vec::new() } else { vec![message()] }
}

fn is_strict(key: &str) -> bool {
    let keys = ["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"];
    keys.contains(&key)
}

fn stream(case: &Value, changes: &Value, outcome: &Value) -> Vec<String> {
    let expected = &case["expected_stream"];
    let mut found = Vec::new();
    for (name, expected) in [
        ("kind", &Value::from("stream")),
        ("nul_bytes", &Value::from(8)),
        ("content_type", &expected["content_type"]),
        ("body_base64", &expected["body_base64"]),
    ] {
        let actual = &outcome[name];
        found.extend(unless(actual == expected, || format!("{name} {actual} != {expected}")));
    }
    let expected = changes.get("prelude").unwrap_or(&expected["prelude"]);
    let actual = &outcome["prelude"];
    for name in ["statusCode", "headers", "multiValueHeaders", "cookies"] {
        let members = |value: &Value| match value.get(name) {
            Some(Value::Object(map)) => {
                map.iter().map(|(name, value)| (name.to_lowercase(), value.clone())).collect()
            }
            Some(Value::Array(list)) if list.is_empty() => BTreeMap::new(),
            Some(value) => BTreeMap::from([(String::new(), value.clone())]),
            None => BTreeMap::new(),
        };
        found.extend(unless(members(actual) == members(expected), || {
            format!("prelude {actual} != {expected}")
        }));
    }
    found
}

/// A result in the form in which two are compared.
struct Normal {
    status: u64,
    keys: BTreeSet<String>,
    headers: BTreeMap<String, Vec<String>>,
    cookies: Option<Value>,
    body: Vec<u8>,
    is_base64: bool,
    description: Option<String>,
    has_list_in_string_map: bool,
}

impl Normal {
    fn of(target: &str, value: &Value) -> Self {
        let is_edge = target == "aws.edge";
        let status = &value[if is_edge { "status" } else { "statusCode" }];
        let is_base64 = value["isBase64Encoded"] == true || value["bodyEncoding"] == "base64";
        let body = value["body"].as_str().unwrap_or_default();
        let knows_strings_only = matches!(
            target,
            "aws.apigw.v2" | "aws.url" | "aws.lattice.v1" | "aws.lattice.v2" | "aws.alb(single)"
        );
        let mut single = value["headers"].as_object().into_iter().flatten();
        Self {
            status: status.as_u64().unwrap_or_else(|| status.as_str().unwrap().parse().unwrap()),
            keys: value.as_object().unwrap().keys().cloned().collect(),
            headers: headers(target, value),
            cookies: matches!(target, "aws.apigw.v2" | "aws.url").then(|| {
                let cookies = value.get("cookies").filter(|cookies| !cookies.is_null());
                cookies.cloned().unwrap_or_else(|| Value::Array(Vec::new()))
            }),
            body: match is_base64 {
                true => BASE64.decode_to_vec(body).unwrap(),
                false => body.as_bytes().to_vec(),
            },
            is_base64,
            description: match target {
                "aws.alb(multi)" | "aws.alb(single)" => strings(&value["statusDescription"]).pop(),
                _ => None,
            },
            has_list_in_string_map: knows_strings_only && single.any(|(_, value)| value.is_array()),
        }
    }

    fn differences_from(&self, expected: &Self, case: &Value, changes: &Value) -> Vec<String> {
        let mut found = Vec::new();
        let mut check = |holds, message: String| found.extend(unless(holds, || message));
        check(
            self.status == expected.status,
            format!("status {} != {}", self.status, expected.status),
        );
        check(!self.has_list_in_string_map, "a list inside a string map".to_owned());
        check(self.cookies == expected.cookies, format!("cookies {:?}", self.cookies));
        check(self.body == expected.body, format!("body {}", self.body.escape_ascii()));
        let is_flexible = case["compare"]["base64_flexible"] == true;
        check(
            expected.body.is_empty() || is_flexible || self.is_base64 == expected.is_base64,
            format!("isBase64Encoded {}", self.is_base64),
        );
        let code = format!("{} ", expected.status);
        let describes = |text: &str| text.strip_prefix(&code).is_some_and(|rest| !rest.is_empty());
        check(
            self.description.as_deref().is_none_or(describes),
            format!("statusDescription {:?}", self.description),
        );
        found.extend(self.header_differences(expected, case, changes));
        found
    }

    fn header_differences(&self, expected: &Self, case: &Value, changes: &Value) -> Vec<String> {
        let mut wanted = expected.headers.clone();
        for (name, values) in changes["headers"].as_object().into_iter().flatten() {
            wanted.insert(name.clone(), strings(values));
        }
        if let Some(cookies) = changes.get("set_cookie") {
            wanted.insert("set-cookie".to_owned(), strings(cookies));
        }
        let ignored = strings(&case["compare"]["ignore_headers"]);
        let names: BTreeSet<_> = self.headers.keys().chain(wanted.keys()).collect();
        let is_different = |name: &&&String| {
            let (actual, expected) = (self.headers.get(**name), wanted.get(**name));
            let is_optional =
                **name == "content-length" && (actual.is_none() || expected.is_none());
            let normal = |values: Option<&Vec<String>>| normal_values(name, values);
            !ignored.contains(name) && !is_optional && normal(actual) != normal(expected)
        };
        let different = names.iter().filter(is_different);
        different
            .map(|name| format!("{name}: {:?} != {:?}", self.headers.get(*name), wanted.get(*name)))
            .collect()
    }
}

/// The header values that the front door reads, by lower-case name.
fn headers(target: &str, value: &Value) -> BTreeMap<String, Vec<String>> {
    let fields: &[&str] = match target {
        "aws.alb(multi)" => &["multiValueHeaders"],
        "aws.apigw.v1" | "aws.apigw.http.v1" | "aws.apigw.websocket" => {
            &["multiValueHeaders", "headers"]
        }
        _ => &["headers"],
    };
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (number, field) in fields.iter().enumerate() {
        for (name, values) in value[field].as_object().into_iter().flatten() {
            let list = all.entry(name.to_lowercase()).or_default();
            for value in strings(values) {
                if number == 0 || !list.contains(&value) {
                    list.push(value);
                }
            }
        }
    }
    all
}

/// The strings of a list, of CloudFront's `{key, value}` list, or the one that stands alone.
fn strings(values: &Value) -> Vec<String> {
    let text = |value: &Value| {
        let value = value.get("value").unwrap_or(value);
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    };
    match values {
        Value::Array(list) => list.iter().map(text).collect(),
        Value::Null => Vec::new(),
        _ => vec![text(values)],
    }
}

/// Cookies are a set; the values of any other header are the same joined and apart.
fn normal_values(name: &str, values: Option<&Vec<String>>) -> Option<Vec<String>> {
    let mut values = values.cloned();
    if name == "set-cookie" {
        let mut cookies = values.unwrap_or_default();
        cookies.sort();
        return Some(cookies);
    }
    if let Some(list) = &mut values {
        let parts = list.iter().flat_map(|value| value.split(','));
        *list = parts.map(|part| part.trim().to_owned()).collect();
    }
    values
}
