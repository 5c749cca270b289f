//! Addresses that no page can have.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Error;

/// Refuses a NUL in an address: no page has one, and not every database takes it for text.
pub(crate) async fn checked(request: Request, next: Next) -> Response {
    let has_nul =
        request.uri().path_and_query().is_some_and(|target| target.as_str().contains("%00"));
    if has_nul { Error::NotFound.into_response() } else { next.run(request).await }
}
