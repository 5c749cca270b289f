//! The request that must succeed before a deployment counts.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Empty, Limited};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use super::error::chain;
use super::{Progress, ShipError};
use crate::settings::SmokeTest;

/// How often it is asked: a new domain or distribution needs a moment.
const TRIES: u32 = 5;

/// How long one answer may take; longer than any front door waits for most apps.
const PATIENCE: Duration = Duration::from_secs(35);

/// Asks the live URL until it answers as it should.
pub(super) async fn run(
    test: &SmokeTest,
    door: &str,
    progress: Progress<'_>,
) -> Result<(), ShipError> {
    let base = test.url.as_deref().unwrap_or(door).trim_end_matches('/');
    let url = format!("{base}{}", test.path);
    let wanted = test.status.get();
    progress.step(&format!("smoke test: GET {url}, expecting {wanted}"));
    let mut last = String::new();
    for attempt in 0..TRIES {
        if attempt > 0 {
            tokio::time::sleep(Duration::from_millis(400 << attempt)).await;
        }
        match tokio::time::timeout(PATIENCE, get(&url)).await {
            Ok(Ok((status, _))) if u32::from(status) == wanted => {
                progress.detail(&format!("{status}"));
                return Ok(());
            }
            Ok(Ok((status, body))) => last = format!("{status}: {body}"),
            Ok(Err(error)) => last = error,
            Err(_) => last = format!("no answer within {} s", PATIENCE.as_secs()),
        }
        progress.detail(&last);
    }
    Err(ShipError::refusal(format!(
        "GET {url} did not answer {wanted} in {TRIES} tries, last: {last}"
    )))
}

/// The status, and the beginning of the body.
async fn get(url: &str) -> Result<(u16, String), String> {
    let connector = HttpsConnectorBuilder::new()
        .with_provider_and_native_roots(rustls::crypto::ring::default_provider())
        .map_err(|error| format!("the machine's root certificates: {error}"))?
        .https_or_http()
        .enable_http1()
        .build();
    let client = Client::builder(TokioExecutor::new()).build(connector);
    let request = Request::get(url)
        .header("user-agent", concat!("cargo-lambdafy/", env!("CARGO_PKG_VERSION")))
        .body(Empty::<Bytes>::new())
        .map_err(|error| error.to_string())?;
    let response = client.request(request).await.map_err(|error| chain(&error))?;
    let status = response.status().as_u16();
    let body = Limited::new(response.into_body(), 64 * 1024).collect().await;
    let bytes = body.map(|body| body.to_bytes()).unwrap_or_default();
    Ok((status, String::from_utf8_lossy(&bytes).chars().take(200).collect()))
}
