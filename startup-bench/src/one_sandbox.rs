//! An emulator of one sandbox at a time, which tells when that rests.

use std::sync::Arc;

use anyhow::Result;
use lambdafy_emulator::{
    Activity, Emulator, EmulatorBuilder, Feature, Invocation, Invoked, Sandbox,
};
use tokio::sync::Notify;

/// A place for one sandbox at a time.
pub(crate) struct OneSandbox {
    emulator: Emulator,
    /// The sandbox waits for its next event, and is frozen.
    rests: Arc<Notify>,
}

impl OneSandbox {
    /// Opens it, without a process yet.
    ///
    /// # Errors
    /// If the emulator does not start.
    pub(crate) async fn open(builder: EmulatorBuilder) -> Result<Self> {
        let rests = Arc::new(Notify::new());
        let resting = rests.clone();
        let builder = builder.max_sandboxes(1).observe(move |activity| {
            if matches!(activity, Activity::Frozen { .. }) {
                resting.notify_one();
            }
        });
        Ok(Self { emulator: builder.start().await?, rests })
    }

    /// What this machine can't do of these features, in sentences.
    pub(crate) fn lacks(&self, features: &[Feature]) -> Vec<String> {
        let limits = self.emulator.limits().into_iter();
        let wanted = limits.filter(|limit| features.contains(&limit.feature));
        wanted.map(|limit| limit.to_string()).collect()
    }

    /// Invokes the sandbox, or starts one.
    ///
    /// # Errors
    /// If the emulator refuses; a function that fails is an answer.
    pub(crate) async fn invoke(&self, event: impl Into<Invocation>) -> Result<Invoked> {
        Ok(self.emulator.invoke(event).await?)
    }

    /// Waits until the sandbox has been frozen, once for each time.
    pub(crate) async fn rests(&self) {
        self.rests.notified().await;
    }

    /// The one that lives.
    pub(crate) fn sandbox(&self) -> Option<Sandbox> {
        self.emulator.sandboxes().pop()
    }

    /// Politely ends what is left.
    pub(crate) async fn stop(self) {
        self.emulator.stop().await;
    }
}
