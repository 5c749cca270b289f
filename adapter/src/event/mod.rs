//! Events into requests: JSON in, [`http::Request`] out, without any I/O.
//!
//! Every event is recognised by a few signature keys, whatever the types of its other fields
//! (`detect`), and one small module a source says which field becomes which part of the
//! request. What no source claims is [passed through](Source::PassThrough).
//!
//! ```
//! use lambdafy::{event, Options, Source};
//!
//! let event = r#"{"version":"2.0","rawPath":"/hello","rawQueryString":"name=Ana",
//!     "headers":{"accept":"*/*"},"requestContext":{"http":{"method":"GET","sourceIp":"203.0.113.7"}}}"#;
//! let request = event::to_request(event, &Options::new())?;
//! assert_eq!(request.uri(), "/hello?name=Ana");
//! let context = request.extensions().get::<lambdafy::Context>().unwrap();
//! assert_eq!(context.source(), Source::HttpApiV2);
//! assert_eq!(context.remote_addr().unwrap().ip().to_string(), "203.0.113.7");
//! # Ok::<(), lambdafy::Error>(())
//! ```

mod alb;
mod detect;
mod edge;
mod fields;
mod header_fields;
mod headers;
mod http_api;
mod lattice;
mod parts;
mod pass_through;
mod payload;
mod remote;
mod rest_api;
mod source;
mod uri;
mod websocket;

use std::net::SocketAddr;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method, Request, Uri};

pub(crate) use parts::EventParts;
pub use source::Source;

use crate::context::Context;
use crate::{Body, Error, Options};
use detect::Recognised;
use fields::{Fields, text};
use payload::Payload;
pub(crate) use uri::strip as strip_prefix;

/// What a source's module makes of an event; the body is decoded before.
struct Head {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    remote: Option<SocketAddr>,
}

/// Turns an event into the request that the app sees.
///
/// The body is decoded in the event's own memory where `event` is its only owner; header values
/// and the body are parts of that memory. The request carries a [`Context`] extension and, with
/// the feature `axum`, axum's `ConnectInfo<SocketAddr>`.
///
/// # Errors
///
/// [`InvalidEvent`](crate::ErrorKind::InvalidEvent) if the event is not JSON, nested deeper than
/// 127 levels, or a field that shapes the request has the wrong type or value; the message names
/// it. Fields that do not shape the request may be of any type.
pub fn to_request(event: impl Into<BytesMut>, options: &Options) -> Result<Request<Body>, Error> {
    translate(event.into(), HeaderMap::new(), options)
}

/// [`to_request`], with the headers that the Runtime API sent along.
pub(crate) fn translate(
    mut event: BytesMut,
    invocation: HeaderMap,
    options: &Options,
) -> Result<Request<Body>, Error> {
    let mut fields = Fields::scan(&event)?;
    let mut recognised = detect::source(&fields, &event)?;
    let body = decode_body(&mut event, &mut fields, &mut recognised)?;
    let event = event.freeze();
    let head = head(&fields, &recognised, &event, options)?;
    let context = recognised.edge.as_ref().map_or(fields.context, |edge| edge.config);
    let parts = EventParts::new(event.clone(), &fields, context);
    let context = Context::new(invocation, recognised.source, head.remote, parts);
    let mut request = Request::new(Body::from(body.take(&event)));
    *request.method_mut() = head.method;
    *request.uri_mut() = head.uri;
    *request.headers_mut() = head.headers;
    crate::extensions::insert(&mut request, context);
    Ok(request)
}

/// Decodes the body; a pass-through event is its own body.
fn decode_body(
    event: &mut BytesMut,
    fields: &mut Fields,
    recognised: &mut Recognised,
) -> Result<Payload, Error> {
    if let Some(edge) = &mut recognised.edge {
        fields.check_body(event)?;
        let is_base64 = edge.is_base64(event);
        return payload::decode(event, edge.body.take(), is_base64);
    }
    if recognised.source == Source::PassThrough {
        fields.check_body(event)?;
        return Ok(Payload::Part(fields.event.0, fields.event.1));
    }
    let is_base64 = payload::base64_flag(fields.is_base64)?;
    payload::decode(event, fields.body.take(), is_base64)
}

fn head(
    fields: &Fields,
    recognised: &Recognised,
    event: &Bytes,
    options: &Options,
) -> Result<Head, Error> {
    match recognised.source {
        Source::RestApi | Source::HttpApiV1 => {
            rest_api::head(fields, recognised.source, event, options)
        }
        Source::HttpApiV2 | Source::FunctionUrl => {
            http_api::head(fields, recognised.source, event, options)
        }
        Source::Alb | Source::AlbMultiValue => alb::head(fields, event, options),
        Source::LatticeV1 | Source::LatticeV2 => lattice::head(fields, event, options),
        Source::Edge => edge::head(recognised.edge.as_ref(), event, options),
        Source::WebSocket => websocket::head(fields, event, options),
        Source::PassThrough => pass_through::head(fields, event, options),
    }
}

/// The method named `name` in the event.
fn method(field: fields::Field, name: &str, event: &Bytes) -> Result<Method, Error> {
    let Some(method) = text(field, name, event)? else {
        return Err(Error::event(format!("the event has no {name}")));
    };
    Method::from_bytes(&method).map_err(|_| {
        let method = method.escape_ascii();
        Error::event(format!("the event's {name} is '{method}', which is no HTTP method"))
    })
}
