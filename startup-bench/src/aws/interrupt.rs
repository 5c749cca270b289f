//! Ctrl-C and SIGTERM, which must not leave a function changed.

use std::future::Future;

use anyhow::{Context, Result};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::cold::Interrupted;

/// How often the user has asked to end.
#[derive(Clone, Debug)]
pub(super) struct Interrupt(watch::Receiver<u32>);

impl Interrupt {
    /// Catches the signals from now on.
    ///
    /// # Errors
    /// If the system does not allow it.
    pub(super) fn catch() -> Result<Self> {
        let mut interrupt = signal(SignalKind::interrupt()).context("Ctrl-C cannot be caught")?;
        let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be caught")?;
        let (count, counted) = watch::channel(0);
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
                count.send_modify(|count| *count += 1);
            }
        });
        Ok(Self(counted))
    }

    /// # Errors
    /// [`Interrupted`], if a signal has come.
    pub(super) fn check(&self) -> Result<()> {
        if *self.0.borrow() > 0 { Err(Interrupted.into()) } else { Ok(()) }
    }

    /// Waits for `work`, or gives it up when a signal comes.
    ///
    /// # Errors
    /// Its own, and [`Interrupted`].
    pub(super) async fn unless<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        self.unless_again(0, work).await
    }

    /// How many signals have come.
    pub(super) fn count(&self) -> u32 {
        *self.0.borrow()
    }

    /// Waits for `work`, or gives it up when there are more signals than `before`.
    ///
    /// # Errors
    /// Its own, and [`Interrupted`].
    pub(super) async fn unless_again<T>(
        &self,
        before: u32,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let mut counted = self.0.clone();
        tokio::select! {
            done = work => done,
            _ = counted.wait_for(|count| *count > before) => Err(Interrupted.into()),
        }
    }
}
