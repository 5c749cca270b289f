//! Lambda@Edge: the request stands in `Records[0].cf.request`.
//!
//! The response triggers carry a request too, but ask for a change of the response: they are
//! passed through.
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html>

use bytes::Bytes;
use http::HeaderName;

use super::fields::{Field, is_text, object, string, text, wrong_type};
use super::headers::Headers;
use super::uri::Target;
use super::{Head, method, remote};
use crate::json::{self, Body, Kind, Scanner, Value};
use crate::{Error, ErrorKind, Options};

/// The fields of `Records[0].cf.request`.
#[derive(Default)]
pub(super) struct EdgeFields {
    method: Field,
    uri: Field,
    query: Field,
    client_ip: Field,
    headers: Field,
    pub(super) body: Option<Body>,
    encoding: Field,
    /// `config`: the distribution, the trigger, the id of the request.
    pub(super) config: Field,
    is_truncated: bool,
}

impl EdgeFields {
    /// The fields, if `records` is a request trigger's.
    pub(super) fn scan(event: &[u8], records: Value) -> Result<Option<Self>, Error> {
        if records.kind != Kind::Array {
            return Ok(None);
        }
        // The whole event is valid, so this is the first record, or the end of an empty array.
        let first = Scanner::new(event, records.start() + 1).value().ok();
        let [cf] = members(event, object(first), ["cf"])?;
        let names = ["request", "response", "config"];
        let [request, response, config] = members(event, object(cf), names)?;
        if object(request).is_none() || response.is_some() {
            return Ok(None);
        }
        let names = ["method", "uri", "querystring", "clientIp", "headers", "body"];
        let [method, uri, query, client_ip, headers, body] = members(event, request, names)?;
        let names = ["data", "encoding", "inputTruncated"];
        let [data, encoding, truncated] = members(event, object(body), names)?;
        // The scanner begins at the quote of a string, which is not a part of its place.
        let data = string(data).map(|data| Scanner::new(event, data.start() - 1).body());
        let body = data.transpose()?;
        let is_truncated = truncated.is_some_and(|value| value.kind == Kind::True);
        Ok(Some(Self {
            method,
            uri,
            query,
            client_ip,
            headers,
            body,
            encoding,
            config,
            is_truncated,
        }))
    }

    pub(super) fn is_base64(&self, event: &[u8]) -> bool {
        is_text(self.encoding, event, b"base64")
    }
}

/// The values of the members `names` of `object`.
fn members<const N: usize>(
    event: &[u8],
    object: Field,
    names: [&str; N],
) -> Result<[Field; N], Error> {
    let mut found = [None; N];
    if let Some(object) = object {
        Scanner::new(event, object.start()).object(|scanner, key| {
            let value = scanner.value()?;
            if let Some(at) =
                names.iter().position(|name| name.as_bytes() == &*json::text(key, event))
            {
                found[at] = (value.kind != Kind::Null).then_some(value);
            }
            Ok(())
        })?;
    }
    Ok(found)
}

pub(super) fn head(
    fields: Option<&EdgeFields>,
    event: &Bytes,
    options: &Options,
) -> Result<Head, Error> {
    let Some(fields) = fields else {
        return Err(Error::event("the event has no request"));
    };
    if fields.is_truncated {
        let message = "CloudFront has cut off the request's body (inputTruncated): raise the limit \
                       or let the origin take it";
        return Err(Error::new(ErrorKind::TooLarge, message));
    }
    let path = text(fields.uri, "request.uri", event)?.unwrap_or_default();
    let mut target = Target::new(options.strip(&path, None));
    if let Some(query) = text(fields.query, "request.querystring", event)? {
        target.add_query(&query);
    }
    let mut headers = Headers::with_room(32);
    if let Some(lists) = fields.headers {
        add_headers(&mut headers, lists, event)?;
    }
    Ok(Head {
        method: method(fields.method, "request.method", event)?,
        uri: target.finish()?,
        headers: headers.finish(),
        remote: remote::from_source_ip(fields.client_ip, event),
    })
}

/// Adds CloudFront's headers: `{"host": [{"key": "Host", "value": "example.net"}]}`.
fn add_headers(headers: &mut Headers, lists: Value, event: &Bytes) -> Result<(), Error> {
    if lists.kind != Kind::Object {
        return Err(wrong_type("request.headers", "an object", lists));
    }
    Scanner::new(event, lists.start()).object(|scanner, name| {
        if scanner.peek() != Some(b'[') {
            let name = String::from_utf8_lossy(name.raw(event)).into_owned();
            let value = scanner.value()?;
            return Err(wrong_type(&format!("request.headers.{name}"), "an array", value));
        }
        scanner.array(|scanner| {
            let entry = scanner.value()?;
            let [value] = members(event, object(Some(entry)), ["value"])?;
            match (HeaderName::from_bytes(&json::text(name, event)), value) {
                (Ok(name), Some(value)) => headers.append(name, value, "request.headers", event),
                _ => Ok(()),
            }
        })
    })
}
