//! When a request is what its case expects: `match_request` of check.py.

use base64_simd::STANDARD as BASE64;
use serde_json::{Map, Value};

/// What differs from the case's expectation; nothing if one of its alternatives is met.
pub(crate) fn differences(case: &Value, outcome: &Value) -> Vec<String> {
    let mut first = None;
    for expected in alternatives(case) {
        let found = differences_from(case, &expected, outcome);
        if found.is_empty() {
            return found;
        }
        first.get_or_insert(found);
    }
    first.unwrap_or_default()
}

/// The case's own expectation, then each of `accept` laid over it.
fn alternatives(case: &Value) -> Vec<Map<String, Value>> {
    let mut base = case["request"].as_object().cloned().unwrap_or_default();
    for name in ["kind", "source"] {
        base.insert(name.to_owned(), case[name].clone());
    }
    let accepted = case["accept"].as_array().into_iter().flatten();
    let others = accepted.map(|changes| {
        let mut other = base.clone();
        for (name, value) in changes.as_object().into_iter().flatten() {
            match (name.as_str(), other.get_mut(name), value) {
                ("headers", Some(Value::Object(headers)), Value::Object(more)) => {
                    headers.extend(more.clone());
                }
                _ => {
                    other.insert(name.clone(), value.clone());
                }
            }
        }
        other
    });
    std::iter::once(base.clone()).chain(others).collect()
}

fn differences_from(case: &Value, expected: &Map<String, Value>, outcome: &Value) -> Vec<String> {
    let get = |name| expected.get(name).unwrap_or(&Value::Null);
    let kind = outcome["kind"].as_str().unwrap_or_default();
    if get("kind") != kind {
        return vec![format!("kind {kind} != {} {}", get("kind"), outcome["error"])];
    }
    let mut found = Vec::new();
    let is_request = matches!(kind, "http" | "passthrough");
    if is_request && (get("method").is_string() || case["kind"] != "error") {
        request(case, expected, &outcome["request"], &mut found);
    } else if kind == "websocket" {
        for (name, value) in case["websocket"].as_object().into_iter().flatten() {
            if name != "suggested_request" {
                compare(&mut found, name, &outcome["websocket"][name], value);
            }
        }
    }
    let is_known = get("source").as_str().is_some_and(|name| name != "unknown");
    if is_known && kind != "error" {
        compare(&mut found, "source", &outcome["source"], get("source"));
    }
    found
}

fn request(case: &Value, expected: &Map<String, Value>, actual: &Value, found: &mut Vec<String>) {
    let get = |name| expected.get(name).unwrap_or(&Value::Null);
    compare(found, "method", &actual["method"], get("method"));
    if let Some(uri) = get("uri").as_str() {
        let (path, query) = split(uri);
        let (actual_path, actual_query) = split(actual["uri"].as_str().unwrap_or_default());
        if path != actual_path {
            found.push(format!("path {actual_path} != {path}"));
        }
        let rule = case["compare"]["query"].as_str().unwrap_or("exact");
        if !same_query(rule, &actual_query, &query) {
            found.push(format!("query {actual_query} != {query} ({rule})"));
        }
    }
    headers(case, get("headers"), &actual["headers"], found);
    let body = bytes(&actual["body_base64"]);
    if body != bytes(get("body_base64")) {
        found.push(format!("body {}", body.escape_ascii()));
    }
    compare(found, "remote_addr", &actual["remote_addr"], get("remote_addr"));
}

fn headers(case: &Value, expected: &Value, actual: &Value, found: &mut Vec<String>) {
    let empty = Map::new();
    let expected = expected.as_object().unwrap_or(&empty);
    let actual = actual.as_object().unwrap_or(&empty);
    let ignored: Vec<_> = case["compare"]["ignore_headers"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    for (name, values) in expected {
        if !ignored.contains(&&**name) && actual.get(name) != Some(values) {
            found.push(format!("header {name}: {:?} != {values}", actual.get(name)));
        }
    }
    let extra_is_fine = ignored.contains(&"*extra*");
    for (name, values) in actual {
        let is_extra = !expected.contains_key(name) && name != "content-length";
        if is_extra && !extra_is_fine && !ignored.contains(&&**name) {
            found.push(format!("extra header {name}: {values}"));
        }
    }
}

fn compare(found: &mut Vec<String>, what: &str, actual: &Value, expected: &Value) {
    if actual != expected {
        found.push(format!("{what} {actual} != {expected}"));
    }
}

fn split(uri: &str) -> (String, String) {
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    (upper_case_escapes(path), query.to_owned())
}

fn upper_case_escapes(text: &str) -> String {
    let bytes = text.as_bytes();
    let is_hex = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
    let in_escape = |at: usize| {
        (at >= 1 && bytes[at - 1] == b'%' && is_hex(at) && is_hex(at + 1))
            || (at >= 2 && bytes[at - 2] == b'%' && is_hex(at - 1) && is_hex(at))
    };
    let upper = bytes
        .iter()
        .enumerate()
        .map(|(at, byte)| if in_escape(at) { byte.to_ascii_uppercase() } else { *byte });
    String::from_utf8(upper.collect()).unwrap()
}

/// `exact`: the same text; else the same pairs, whose order counts within a key only, as they
/// stand (`pairs_raw`) or decoded (`pairs`).
fn same_query(rule: &str, actual: &str, expected: &str) -> bool {
    if rule == "exact" {
        return upper_case_escapes(actual) == upper_case_escapes(expected);
    }
    let pairs = |query: &str| {
        let mut pairs: Vec<_> = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                match rule {
                    "pairs_raw" => [key, value].map(|part| upper_case_escapes(part).into_bytes()),
                    _ => [key, value].map(form_decoded),
                }
            })
            .collect();
        pairs.sort_by(|a, b| a[0].cmp(&b[0]));
        pairs
    };
    pairs(actual) == pairs(expected)
}

fn form_decoded(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut decoded = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                decoded.push(u8::try_from(high * 16 + low).unwrap());
                at += 2;
            }
            (b'+', ..) => decoded.push(b' '),
            _ => decoded.push(byte),
        }
        at += 1;
    }
    decoded
}

fn bytes(base64: &Value) -> Vec<u8> {
    BASE64.decode_to_vec(base64.as_str().unwrap_or_default()).unwrap()
}
