//! The emulator: a function in sandboxes behind a front door.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::task::AbortHandle;

use crate::activity::Activity;
use crate::error::Error;
use crate::fleet::Fleet;
use crate::sandbox::Sandbox;
use crate::{EmulatorBuilder, Invocation, Invoked, Limit};

/// A function in sandboxes on this machine, behind a front door.
///
/// Sandboxes are started when they are needed, and all end with the emulator: at once when it is
/// dropped, politely with [`stop`](Self::stop).
///
/// ```no_run
/// # async fn doc() -> Result<(), Box<dyn std::error::Error>> {
/// use lambdafy_emulator::{Emulator, FrontDoor};
///
/// let emulator = Emulator::builder()
///     .app("target/debug/my-function")
///     .source(FrontDoor::HttpApi)
///     .start()
///     .await?;
///
/// // Any HTTP client, at emulator.url():
/// println!("curl {}/hello", emulator.url());
///
/// // Or an event by hand:
/// let invoked = emulator.invoke(r#"{"Records":[]}"#).await?;
/// assert_eq!(invoked.error, None);
/// assert!(invoked.init_duration.is_some(), "the first invocation is a cold start");
/// emulator.stop().await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Emulator {
    pub(crate) fleet: Arc<Fleet>,
    pub(crate) address: SocketAddr,
    pub(crate) api_address: SocketAddr,
    pub(crate) servers: [AbortHandle; 2],
}

impl Emulator {
    /// One with Lambda's defaults; the [`app`](EmulatorBuilder::app) is still to be named.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::new()
    }

    /// The front door's address.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The front door's URL, without a slash at its end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The URL of Lambda's own API, by which `aws-sdk-lambda`, `cargo lambda invoke` and the like
    /// invoke the function under its name: the endpoint to configure there. Credentials are not
    /// looked at.
    ///
    /// `Invoke` waits for the result, accepts an event to be delivered later, or tries nothing
    /// (`RequestResponse`, `Event`, `DryRun`); `InvokeWithResponseStream` gives the answer as it
    /// is made. Other operations are no part of it.
    #[must_use]
    pub fn api_url(&self) -> String {
        format!("http://{}", self.api_address)
    }

    /// Invokes the function with an event, past the front door.
    ///
    /// # Errors
    /// If the event is too large, the emulator is stopped, or it
    /// [throttles](EmulatorBuilder::throttle). A function that fails is [`Invoked::error`].
    pub async fn invoke(&self, invocation: impl Into<Invocation>) -> Result<Invoked, Error> {
        let invoked = self.fleet.begin(invocation.into()).await?.collect().await;
        self.fleet.recipe().observer.tell(&Activity::from(&invoked));
        Ok(invoked)
    }

    /// The sandboxes that run or start, oldest first.
    #[must_use]
    pub fn sandboxes(&self) -> Vec<Sandbox> {
        self.fleet.sandboxes()
    }

    /// Where sandboxes on this machine are not as on Lambda, and why; empty on Linux as root with
    /// cgroups. Each was told as an [`Activity::Notice`] at the start, too.
    #[must_use]
    pub fn limits(&self) -> Vec<Limit> {
        self.fleet.limits()
    }

    /// Closes the front door and Lambda's API and ends all sandboxes, as Lambda does: by SIGTERM
    /// with 500 ms for those that registered an extension, else by SIGKILL. Returns when all are
    /// gone, also those that were about to start.
    pub async fn stop(self) {
        self.servers.iter().for_each(AbortHandle::abort);
        self.fleet.stop();
        self.fleet.all_gone().await;
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.servers.iter().for_each(AbortHandle::abort);
        self.fleet.stop();
    }
}
