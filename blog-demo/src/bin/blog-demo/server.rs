//! The blog as an ordinary web server.

use std::future::Future;
use std::net::SocketAddr;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::options::BlogOptions;
use crate::start;

/// Serves until Ctrl-C or SIGTERM, and lets open requests end.
///
/// # Errors
/// If the blog can't begin, or the address is taken.
pub(crate) async fn serve(address: SocketAddr, options: &BlogOptions) -> anyhow::Result<()> {
    // First: whoever waits for the port may connect while the rest begins.
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!("can't listen on {address}: --listen takes another one, with port 0 a free one")
    })?;
    let app = start::app(options).await?;
    eprintln!("The blog is at http://{}/", listener.local_addr()?);
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM can't be caught")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("Ctrl-C can't be caught")?;
    axum::serve(listener, service)
        .with_graceful_shutdown(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        })
        .await
        .context("the server ended")
}

/// Runs it on all cores.
///
/// # Errors
/// What it fails with.
pub(crate) fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.context("tokio can't start")?.block_on(work)
}
