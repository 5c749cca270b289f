//! Which source an event came from, by signature keys on lenient values.
//!
//! The order matters: an authorizer call looks like a request, a Lattice event like an HTTP
//! API's. Typed structs tried in turn, as lambda_http does it, would let any odd field decide.

use super::Source;
use super::edge::EdgeFields;
use super::fields::{Fields, is_text, object, string};
use crate::Error;

/// The source, and Lambda@Edge's fields, which stand deeper than all others'.
pub(super) struct Recognised {
    pub(super) source: Source,
    pub(super) edge: Option<EdgeFields>,
}

pub(super) fn source(fields: &Fields, event: &[u8]) -> Result<Recognised, Error> {
    if let Some(records) = fields.records {
        let edge = EdgeFields::scan(event, records)?;
        let source = if edge.is_some() { Source::Edge } else { Source::PassThrough };
        return Ok(Recognised { source, edge });
    }
    Ok(Recognised { source: by_keys(fields, event), edge: None })
}

fn by_keys(fields: &Fields, event: &[u8]) -> Source {
    let context = &fields.in_context;
    if fields.is_authorizer_call(event) {
        return Source::PassThrough;
    }
    if fields.lattice_path.is_some() && (fields.method.is_some() || fields.lattice_query.is_some())
    {
        return Source::LatticeV1;
    }
    if object(fields.context).is_none() {
        let is_http_api = is_version_2(fields, event);
        return if is_http_api { Source::HttpApiV2 } else { Source::PassThrough };
    }
    if object(context.elb).is_some() {
        let multi_value = &fields.multi_value_headers;
        let multi_value =
            multi_value.is_present() || (!multi_value.is_absent() && fields.headers.is_absent());
        return if multi_value { Source::AlbMultiValue } else { Source::Alb };
    }
    if context.service_network_arn.is_some() && context.target_group_arn.is_some() {
        return Source::LatticeV2;
    }
    if context.connection_id.is_some() && context.event_type.is_some() {
        return Source::WebSocket;
    }
    if is_version_2(fields, event) {
        let is_url =
            string(context.domain_name).is_some_and(|domain| is_function_url(domain.raw(event)));
        return if is_url { Source::FunctionUrl } else { Source::HttpApiV2 };
    }
    if fields.http_method.is_some() && fields.path.is_some() {
        let is_http_api = is_text(fields.version, event, b"1.0");
        return if is_http_api { Source::HttpApiV1 } else { Source::RestApi };
    }
    Source::PassThrough
}

fn is_version_2(fields: &Fields, event: &[u8]) -> bool {
    is_text(fields.version, event, b"2.0") && fields.raw_path.is_some()
}

/// Whether the name is `{url-id}.lambda-url.{region}.on.aws`.
fn is_function_url(domain: &[u8]) -> bool {
    let dot = memchr::memchr(b'.', domain).unwrap_or(domain.len());
    domain[dot..].starts_with(b".lambda-url.")
}
