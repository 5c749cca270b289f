//! Ctrl-C and SIGTERM, which end a run with what was measured until then.

use std::future::Future;
use std::thread;

use anyhow::{Context, Result};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::cold::Interrupted;

/// Whether a signal has come.
#[derive(Clone, Debug)]
pub(super) struct Interrupt(watch::Receiver<bool>);

impl Interrupt {
    /// Catches the signals from now on, on a thread of its own, which sleeps.
    ///
    /// # Errors
    /// If the system does not allow it.
    pub(super) fn catch() -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
        let runtime = runtime.context("tokio cannot start")?;
        let (mut interrupt, mut terminate) = {
            let _runtime = runtime.enter();
            let interrupt = signal(SignalKind::interrupt()).context("Ctrl-C cannot be caught")?;
            (interrupt, signal(SignalKind::terminate()).context("SIGTERM cannot be caught")?)
        };
        let (came, seen) = watch::channel(false);
        let watch = async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            came.send_replace(true);
        };
        let thread = thread::Builder::new().name("signals".to_owned());
        thread.spawn(move || runtime.block_on(watch)).context("no thread for signals")?;
        Ok(Self(seen))
    }

    /// # Errors
    /// [`Interrupted`], if a signal has come.
    pub(super) fn check(&self) -> Result<()> {
        if *self.0.borrow() { Err(Interrupted.into()) } else { Ok(()) }
    }

    /// Waits for `work`, or gives it up when a signal comes.
    ///
    /// # Errors
    /// Its own, and [`Interrupted`].
    pub(super) async fn unless<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let mut seen = self.0.clone();
        tokio::select! {
            done = work => done,
            Ok(_) = seen.wait_for(|came| *came) => Err(Interrupted.into()),
        }
    }

    /// One that never comes.
    #[cfg(test)]
    pub(super) fn never() -> Self {
        Self(watch::channel(false).1)
    }
}
