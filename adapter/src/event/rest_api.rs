//! API Gateway REST API, and HTTP API with payload 1.0.
//!
//! The path is as the client sent it (REST) or decoded (HTTP API), the query is decoded; the
//! multi-value maps are authoritative, since the others hold only the last value.
//!
//! Source: <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html>

use bytes::Bytes;

use super::fields::{Fields, filled, text};
use super::uri::{Spelling, Target};
use super::{Head, Source, headers, method, remote};
use crate::{Error, Options};

pub(super) fn head(
    fields: &Fields,
    source: Source,
    event: &Bytes,
    options: &Options,
) -> Result<Head, Error> {
    let path = text(fields.path, "path", event)?.unwrap_or_default();
    let stage = match source {
        Source::HttpApiV1 if options.strip_stage => {
            let stage = text(fields.in_context.stage, "requestContext.stage", event)?;
            stage.filter(|stage| !stage.is_empty() && stage != "$default")
        }
        _ => None,
    };
    let mut target = Target::new(options.strip(&path, stage.as_deref()));
    if let Some(map) = filled(fields.multi_value_query, event) {
        target.add_map(map, "multiValueQueryStringParameters", Spelling::Decoded, event)?;
    } else if let Some(map) = fields.query {
        target.add_map(map, "queryStringParameters", Spelling::Decoded, event)?;
    }
    Ok(Head {
        method: method(fields.http_method, "httpMethod", event)?,
        uri: target.finish()?,
        headers: multi_or_single(fields, event)?,
        remote: remote::from_source_ip(fields.in_context.source_ip, event),
    })
}

/// The headers of `multiValueHeaders`, or of `headers` where that is absent.
pub(super) fn multi_or_single(fields: &Fields, event: &Bytes) -> Result<http::HeaderMap, Error> {
    if fields.multi_value_headers.is_present() {
        headers::read(&fields.multi_value_headers, "multiValueHeaders", event)
    } else {
        headers::read(&fields.headers, "headers", event)
    }
}
