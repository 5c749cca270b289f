//! API Gateway WebSocket API: `$connect`, `$disconnect` and messages as requests.
//!
//! AWS documents no HTTP form of these events; this is the project's: a connection attempt is a
//! GET with the client's own headers and query, everything else a POST of the message to the
//! route's path, `/` and the route key unless the options say otherwise.
//!
//! Source: <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html>

use bytes::Bytes;
use http::Method;

use super::fields::{Fields, filled, is_text, text};
use super::rest_api::multi_or_single;
use super::uri::{Spelling, Target};
use super::{Head, remote};
use crate::{Error, Options};

pub(super) fn head(fields: &Fields, event: &Bytes, options: &Options) -> Result<Head, Error> {
    let context = &fields.in_context;
    let route = text(context.route_key, "requestContext.routeKey", event)?;
    let route = route.as_deref().map_or("$default".into(), String::from_utf8_lossy);
    let mut target = Target::new(options.path_of_route(&route).as_bytes());
    if let Some(map) = filled(fields.multi_value_query, event) {
        target.add_map(map, "multiValueQueryStringParameters", Spelling::Decoded, event)?;
    } else if let Some(map) = fields.query {
        target.add_map(map, "queryStringParameters", Spelling::Decoded, event)?;
    }
    let connects = is_text(context.event_type, event, b"CONNECT");
    Ok(Head {
        method: if connects { Method::GET } else { Method::POST },
        uri: target.finish()?,
        headers: multi_or_single(fields, event)?,
        remote: remote::from_source_ip(context.source_ip, event),
    })
}
