//! The signals by which a process is told to end.

use super::api::Api;

/// Waits for SIGTERM or an interrupt.
pub(crate) async fn signal() {
    #[cfg(unix)]
    {
        use futures_util::future::select;
        use std::pin::pin;
        use tokio::signal::unix::{SignalKind, signal};

        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                select(pin!(terminate.recv()), pin!(tokio::signal::ctrl_c())).await;
                return;
            }
            Err(error) => crate::log::error(&format!("SIGTERM cannot be caught: {error}")),
        }
    }
    if let Err(error) = tokio::signal::ctrl_c().await {
        crate::log::error(&format!("interrupts cannot be caught: {error}"));
        std::future::pending::<()>().await;
    }
}

/// Registers an extension, without which a runtime on Lambda gets no SIGTERM; whether that could
/// be done. It must be before the first `next`, which closes the registration.
pub(super) async fn register(api: &Api) -> bool {
    match api.register_extension().await {
        Ok(id) => {
            let api = api.clone();
            tokio::spawn(async move { api.wait_as_extension(id).await });
            true
        }
        Err(error) => {
            crate::log::error(&format!(
                "the sandbox will end without on_shutdown hooks: {error:?}"
            ));
            false
        }
    }
}
