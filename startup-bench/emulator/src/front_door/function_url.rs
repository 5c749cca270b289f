//! Events of a function URL: payload 2.0 with rules of its own.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html>

use super::http_api::{Origin, payload_v2};
use super::request::Incoming;
use crate::{Function, percent};

/// The emulated URL's id.
const URL_ID: &str = "b6n5v4c3x2z1a0s9d8f7g6h5j4k3l2q1";

/// The path stays as it was sent, and the cookies are a header too.
pub(super) fn event(function: &Function, request: &Incoming) -> String {
    let mut headers = request.forwarded();
    if let Some(cookies) = headers.get_mut("cookie") {
        *cookies = vec![cookies.join("; ")];
    }
    payload_v2(
        request,
        Origin {
            account_id: "anonymous",
            api_id: URL_ID,
            domain_name: format!("{URL_ID}.lambda-url.{}.on.aws", function.region_name()),
            stage: "$default",
            decoded_path: &percent::decode(&request.path),
            raw_path: &request.path,
            headers,
        },
    )
}
