//! API Gateway HTTP API with payload 2.0, and Lambda Function URLs, which use the same format.
//!
//! An HTTP API has decoded the path (sometimes twice, which cannot be undone) and puts a named
//! stage before it; a Function URL leaves it as sent. The query is as sent. `headers` joins
//! repeated headers with commas, `cookies` holds the cookies; a Function URL sends these also as
//! a header.
//!
//! Source: <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>

use bytes::Bytes;
use http::header::COOKIE;

use super::fields::{Fields, string, text};
use super::uri::{Spelling, Target};
use super::{Head, Source, headers, method, remote};
use crate::{Error, Options};

pub(super) fn head(
    fields: &Fields,
    source: Source,
    event: &Bytes,
    options: &Options,
) -> Result<Head, Error> {
    let context = &fields.in_context;
    let path = text(fields.raw_path, "rawPath", event)?.unwrap_or_default();
    let stage = stage_in_path(fields, source, event, options)?;
    let mut target = Target::new(options.strip(&path, stage.as_deref()));
    match (text(fields.raw_query_string, "rawQueryString", event)?, fields.query) {
        (Some(query), _) => target.add_query(&query),
        (None, Some(map)) => {
            target.add_map(map, "queryStringParameters", Spelling::Decoded, event)?;
        }
        (None, None) => {}
    }
    let mut map = headers::read(&fields.headers, "headers", event)?;
    // A Function URL has them as a header already.
    let has_cookies = source == Source::FunctionUrl && map.contains_key(COOKIE);
    if let Some(cookies) = fields.cookies.filter(|_| !has_cookies) {
        headers::set_cookies(&mut map, cookies, event)?;
    }
    Ok(Head {
        method: method(context.http_method, "requestContext.http.method", event)?,
        uri: target.finish()?,
        headers: map,
        remote: remote::from_source_ip(context.source_ip, event),
    })
}

/// The stage, if it is in the path and to be stripped: only a named one, and only under the
/// API's own `execute-api` name, since a custom domain's mapping has replaced it.
fn stage_in_path(
    fields: &Fields,
    source: Source,
    event: &Bytes,
    options: &Options,
) -> Result<Option<Bytes>, Error> {
    let context = &fields.in_context;
    if !options.strip_stage || source != Source::HttpApiV2 {
        return Ok(None);
    }
    let (Some(domain), Some(api)) = (string(context.domain_name), string(context.api_id)) else {
        return Ok(None);
    };
    let rest = domain.raw(event).strip_prefix(api.raw(event)).unwrap_or_default();
    if !rest.starts_with(b".execute-api.") {
        return Ok(None);
    }
    let stage = text(context.stage, "requestContext.stage", event)?;
    Ok(stage.filter(|stage| !stage.is_empty() && stage != "$default"))
}
