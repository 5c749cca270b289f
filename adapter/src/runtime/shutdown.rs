//! The signals by which a process is told to end.

use std::future::Future;
use std::pin::pin;

#[cfg(unix)]
use futures_util::future::select;

use super::api::Api;

/// Catches SIGTERM and interrupts from this call on; the future ends with the first of them.
pub(crate) fn signal() -> impl Future<Output = ()> {
    #[cfg(unix)]
    let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
    async move {
        let interrupt = pin!(interrupt());
        #[cfg(unix)]
        match terminate {
            Ok(mut terminate) => {
                select(pin!(terminate.recv()), interrupt).await;
            }
            Err(error) => {
                crate::log::error(&format!("SIGTERM cannot be caught: {error}"));
                interrupt.await;
            }
        }
        #[cfg(not(unix))]
        interrupt.await;
    }
}

async fn interrupt() {
    if let Err(error) = tokio::signal::ctrl_c().await {
        crate::log::error(&format!("interrupts cannot be caught: {error}"));
        std::future::pending::<()>().await;
    }
}

/// Registers an extension, without which a runtime on Lambda gets no SIGTERM. It must be before the first `next`, which closes the registration.
pub(super) async fn register(api: &Api) {
    // Its own connection: the wait takes as long as the sandbox lives.
    let mut api = api.clone();
    match api.register_extension().await {
        Ok(id) => {
            tokio::spawn(async move { api.wait_as_extension(id).await });
        }
        Err(error) => {
            crate::log::error(&format!("the sandbox may end without on_shutdown hooks: {error:?}"));
        }
    }
}
