//! Every event that is no HTTP request: a POST of the event itself, byte for byte.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method};

use super::Head;
use super::fields::{Field, Fields};
use super::uri::Target;
use crate::json::{self, Kind, Scanner, Value};
use crate::{Error, Options};

pub(super) fn head(fields: &Fields, event: &Bytes, options: &Options) -> Result<Head, Error> {
    let path = options.path_of_pass_through(|| event_source(fields, event));
    let mut headers = HeaderMap::with_capacity(1);
    headers.insert(CONTENT_TYPE, const { HeaderValue::from_static("application/json") });
    Ok(Head {
        method: Method::POST,
        uri: Target::new(path.as_bytes()).finish()?,
        headers,
        remote: None,
    })
}

/// The name of the service that sent the event, as the service itself writes it: `aws:sqs`,
/// `aws:s3`, `aws:sns` from the first record, `aws.events`, `aws.ec2` ... from EventBridge.
fn event_source(fields: &Fields, event: &Bytes) -> Option<String> {
    let mut source = None;
    match fields.records {
        Some(records) if records.kind == Kind::Array => {
            if let Ok(first) = Scanner::new(event, records.start() + 1).value() {
                source = member(event, first, &[b"eventSource", b"EventSource"]);
            }
        }
        _ => {
            let whole = Value::new(Kind::Object, fields.event.0, fields.event.1);
            source = member(event, whole, &[b"eventSource", b"source"]);
        }
    }
    let text = json::text(source?, event);
    Some(String::from_utf8_lossy(&text).into_owned())
}

/// The string member of `object` that has one of these names.
fn member(event: &[u8], object: Value, names: &[&[u8]]) -> Field {
    let mut found = None;
    if object.kind == Kind::Object && event.get(object.start()) == Some(&b'{') {
        // What is scanned here was accepted before, so there is no error to report.
        let _ = Scanner::new(event, object.start()).object(|scanner, key| {
            let value = scanner.value()?;
            if names.contains(&&*json::text(key, event)) {
                found = super::fields::string(Some(value));
            }
            Ok(())
        });
    }
    found
}
