//! Application Load Balancer: path and query as the client sent them, not decoded.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>

use bytes::Bytes;

use super::fields::{Fields, filled, text};
use super::rest_api::multi_or_single;
use super::uri::{Spelling, Target};
use super::{Head, method, remote};
use crate::{Error, Options};

pub(super) fn head(fields: &Fields, event: &Bytes, options: &Options) -> Result<Head, Error> {
    let path = text(fields.path, "path", event)?.unwrap_or_default();
    let mut target = Target::new(options.strip(&path, None));
    if let Some(map) = filled(fields.multi_value_query, event) {
        target.add_map(map, "multiValueQueryStringParameters", Spelling::AsSent, event)?;
    } else if let Some(map) = fields.query {
        target.add_map(map, "queryStringParameters", Spelling::AsSent, event)?;
    }
    let headers = multi_or_single(fields, event)?;
    Ok(Head {
        method: method(fields.http_method, "httpMethod", event)?,
        uri: target.finish()?,
        remote: remote::from_forwarded_for(&headers),
        headers,
    })
}
