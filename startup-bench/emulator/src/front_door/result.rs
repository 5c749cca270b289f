//! A function's result as a response, or why a front door can't read it.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use serde_json::{Map, Value};

use super::limits;
use super::options::{Door, FrontDoor};
use crate::base64;

/// The keys that a REST API knows; others make it refuse a result.
const REST_KEYS: [&str; 5] =
    ["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"];

/// Reads a result; `accept` is the request's, by which a REST API decides about base64.
pub(super) fn read(
    door: &Door,
    payload: &Bytes,
    accept: Option<&str>,
) -> Result<Response<Bytes>, String> {
    if payload.len() > door.max_result_bytes() {
        return Err(format!(
            "the result has {} bytes, a load balancer takes {}",
            payload.len(),
            door.max_result_bytes()
        ));
    }
    let value: Value = serde_json::from_slice(payload)
        .map_err(|error| format!("the result is no JSON: {error}"))?;
    let response = translate(door, &value, payload, accept)?;
    limits::check_response(door, response.headers())?;
    Ok(response)
}

fn translate(
    door: &Door,
    value: &Value,
    payload: &Bytes,
    accept: Option<&str>,
) -> Result<Response<Bytes>, String> {
    match door.kind {
        FrontDoor::RestApi | FrontDoor::RestApiStream => rest(door, value, accept),
        FrontDoor::HttpApiV1 => structured(object(value)?, Maps::Both, "text/plain;charset=UTF-8"),
        FrontDoor::HttpApi => payload_v2(value, payload, "text/plain;charset=UTF-8"),
        FrontDoor::FunctionUrl | FrontDoor::FunctionUrlStream => {
            let mut response = payload_v2(value, payload, "application/json")?;
            remap(response.headers_mut());
            Ok(response)
        }
        FrontDoor::Alb => structured(object(value)?, Maps::Single, "application/octet-stream"),
        FrontDoor::AlbMultiValue => {
            structured(object(value)?, Maps::Multi, "application/octet-stream")
        }
    }
}

/// Which header maps a front door reads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Maps {
    Single,
    Multi,
    Both,
}

fn rest(door: &Door, value: &Value, accept: Option<&str>) -> Result<Response<Bytes>, String> {
    let result = object(value)?;
    if let Some(key) = result.keys().find(|key| !REST_KEYS.contains(&key.as_str())) {
        return Err(format!("the result has the key '{key}', which a REST API refuses"));
    }
    let accepted = accept.and_then(|accept| accept.split(',').next());
    let decodes = door.is_binary(accepted.unwrap_or("*/*"));
    let mut response = if decodes {
        structured(result, Maps::Both, "application/json")?
    } else {
        // Without a matching binary media type the client gets the base64 itself.
        let mut result = result.clone();
        result.remove("isBase64Encoded");
        structured(&result, Maps::Both, "application/json")?
    };
    remap(response.headers_mut());
    Ok(response)
}

/// A REST API and a function URL keep some names for themselves.
pub(super) fn remap(headers: &mut HeaderMap) {
    const KEPT: [&str; 9] = [
        "authorization",
        "connection",
        "content-length",
        "content-md5",
        "date",
        "host",
        "server",
        "user-agent",
        "www-authenticate",
    ];
    for name in KEPT {
        let values: Vec<_> = headers.get_all(name).iter().cloned().collect();
        headers.remove(name);
        let Ok(remapped) = HeaderName::try_from(format!("x-amzn-remapped-{name}")) else {
            continue;
        };
        for value in values {
            headers.append(&remapped, value);
        }
    }
}

/// What has no `statusCode` is itself the body of a 200.
fn payload_v2(
    value: &Value,
    payload: &Bytes,
    default_type: &str,
) -> Result<Response<Bytes>, String> {
    if let Some(result) = value.as_object()
        && result.contains_key("statusCode")
    {
        let mut response = structured(result, Maps::Single, default_type)?;
        cookies(result, response.headers_mut())?;
        return Ok(response);
    }
    let body = match value {
        Value::String(text) => text.clone().into(),
        _ => payload.clone(),
    };
    let mut response = Response::new(body);
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    Ok(response)
}

/// Reads status, headers and body.
fn structured(
    result: &Map<String, Value>,
    maps: Maps,
    default_type: &str,
) -> Result<Response<Bytes>, String> {
    let (status, headers) = head(result, maps)?;
    let mut response = Response::new(body(result)?);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    if !response.body().is_empty() && !response.headers().contains_key(CONTENT_TYPE) {
        let value = HeaderValue::from_str(default_type).map_err(|error| error.to_string())?;
        response.headers_mut().insert(CONTENT_TYPE, value);
    }
    Ok(response)
}

/// Reads status and headers, as a result and a streaming prelude have them.
pub(super) fn head(
    result: &Map<String, Value>,
    maps: Maps,
) -> Result<(StatusCode, HeaderMap), String> {
    let status = status(result.get("statusCode"))?;
    let mut headers = HeaderMap::new();
    if maps != Maps::Multi {
        single_headers(result.get("headers"), &mut headers)?;
    }
    if maps != Maps::Single {
        multi_headers(result.get("multiValueHeaders"), &mut headers)?;
    }
    Ok((status, headers))
}

/// Reads `cookies`, which become a header each.
pub(super) fn cookies(result: &Map<String, Value>, headers: &mut HeaderMap) -> Result<(), String> {
    match result.get("cookies") {
        None | Some(Value::Null) => Ok(()),
        Some(Value::Array(cookies)) => {
            cookies.iter().try_for_each(|cookie| add(headers, SET_COOKIE.as_str(), cookie))
        }
        Some(other) => Err(format!("'cookies' is no list but {other}")),
    }
}

pub(super) fn object(value: &Value) -> Result<&Map<String, Value>, String> {
    value.as_object().ok_or_else(|| format!("the result is no object but {}", kind(value)))
}

fn status(value: Option<&Value>) -> Result<StatusCode, String> {
    let Some(value) = value else {
        return Err("the result has no 'statusCode'".to_owned());
    };
    let code = match value {
        Value::String(text) => text.parse().ok(),
        number => number.as_u64().and_then(|code| u16::try_from(code).ok()),
    };
    code.filter(|code| *code >= 200)
        .and_then(|code| StatusCode::from_u16(code).ok())
        .ok_or_else(|| format!("'statusCode' is {value}"))
}

fn single_headers(value: Option<&Value>, headers: &mut HeaderMap) -> Result<(), String> {
    match value {
        None | Some(Value::Null) => Ok(()),
        // Names that differ only by case are two headers: that is how a load balancer in
        // single-value mode gets two cookies.
        Some(Value::Object(map)) => {
            map.iter().try_for_each(|(name, value)| add(headers, name, value))
        }
        Some(other) => Err(format!("'headers' is no object but {}", kind(other))),
    }
}

/// Lists win over the single values of the same name.
fn multi_headers(value: Option<&Value>, headers: &mut HeaderMap) -> Result<(), String> {
    let map = match value {
        None | Some(Value::Null) => return Ok(()),
        Some(Value::Object(map)) => map,
        Some(other) => return Err(format!("'multiValueHeaders' is no object but {}", kind(other))),
    };
    for name in map.keys() {
        headers.remove(name.as_str());
    }
    for (name, values) in map {
        let values =
            values.as_array().ok_or_else(|| format!("'multiValueHeaders.{name}' is no list"))?;
        for value in values {
            add(headers, name, value)?;
        }
    }
    Ok(())
}

fn add(headers: &mut HeaderMap, name: &str, value: &Value) -> Result<(), String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        other => return Err(format!("the header '{name}' is {}", kind(other))),
    };
    let bad = |_| format!("'{name}: {text}' is no header");
    let value = HeaderValue::from_bytes(text.as_bytes()).map_err(|error| bad(error.to_string()))?;
    let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| bad(error.to_string()))?;
    headers.append(name, value);
    Ok(())
}

fn body(result: &Map<String, Value>) -> Result<Bytes, String> {
    let text = match result.get("body") {
        None | Some(Value::Null) => return Ok(Bytes::new()),
        Some(Value::String(text)) => text,
        Some(other) => return Err(format!("'body' is no string but {}", kind(other))),
    };
    if result.get("isBase64Encoded") == Some(&Value::Bool(true)) {
        let bytes = base64::decode(text).ok_or("'body' is no base64")?;
        return Ok(bytes.into());
    }
    Ok(text.clone().into())
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
