//! What every request carries besides its head and body.

#[cfg(feature = "axum")]
use std::net::Ipv4Addr;
use std::net::SocketAddr;

use http::Request;

use crate::{Body, Context};

/// Puts the extensions of the enabled features into `request`.
pub(crate) fn insert(request: &mut Request<Body>, context: Context) {
    connect_info(request, context.remote_addr());
    #[cfg(feature = "lambda_http")]
    crate::lambda_http::insert(request, &context);
    request.extensions_mut().insert(context);
}

/// Puts axum's `ConnectInfo` into `request`. An address that is not known is `0.0.0.0:0`: a load
/// balancer's health checks have none, and must not fail because of an extractor.
pub(crate) fn connect_info(request: &mut Request<Body>, remote: Option<SocketAddr>) {
    #[cfg(feature = "axum")]
    {
        let address = remote.unwrap_or_else(|| SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)));
        request.extensions_mut().insert(axum::extract::ConnectInfo(address));
    }
    #[cfg(not(feature = "axum"))]
    let _ = (request, remote);
}
