//! Lambda's Runtime API and Extensions API on loopback, as a runtime finds them.
//!
//! Sources: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>,
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>, and for the
//! statuses and error types AWS's aws-lambda-runtime-interface-emulator.

mod builder;
mod claim;
mod extension_api;
mod extensions;
mod post;
mod progress;
mod refusal;
mod reply;
mod server;
mod shared;
mod state;
mod telemetry;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tokio::task::AbortHandle;

pub use builder::RuntimeApiBuilder;
pub(crate) use builder::Site;
pub use extensions::ShutdownReason;
pub use reply::{Answer, BufferedAnswer, Pending, StreamingAnswer};
pub use state::Call;

use crate::error::{Error, ErrorKind};
use crate::failure::{self, MAX_PAYLOAD_BYTES};
use crate::{EndReason, Function, FunctionError, Invocation, Invoked};
use server::Service;
use state::State;
pub(crate) use telemetry::Category;

/// One Runtime API, without a process: whatever connects to it is the runtime.
///
/// It listens on a free port of 127.0.0.1 and ends when it is dropped.
///
/// ```no_run
/// # async fn doc() -> Result<(), lambdafy_emulator::Error> {
/// use lambdafy_emulator::RuntimeApi;
///
/// let api = RuntimeApi::start().await?;
/// let runtime = tokio::process::Command::new("target/debug/my-function")
///     .envs(api.environment())
///     .kill_on_drop(true)
///     .spawn()
///     .expect("it starts");
///
/// let invoked = api.invoke(r#"{"answer":42}"#).await?;
/// assert_eq!(invoked.error, None);
/// assert_eq!(api.connections(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct RuntimeApi {
    address: SocketAddr,
    service: Arc<Service>,
    server: AbortHandle,
}

impl RuntimeApi {
    /// Starts one with the defaults.
    ///
    /// # Errors
    /// If it cannot listen.
    pub async fn start() -> Result<Self, Error> {
        Self::builder().start().await
    }

    /// One that is not as the defaults.
    pub fn builder() -> RuntimeApiBuilder {
        RuntimeApiBuilder::default()
    }

    /// Where it listens: the value of `AWS_LAMBDA_RUNTIME_API`.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The environment variables that Lambda gives to the runtime, `AWS_LAMBDA_RUNTIME_API`
    /// among them.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        self.service.shared.function.environment(&self.address.to_string())
    }

    /// Puts an event into the queue for the runtime; doesn't wait.
    pub fn push(&self, invocation: impl Into<Invocation>) -> Pending {
        let invocation = invocation.into();
        let shared = self.service.shared.clone();
        let request_id = invocation.request_id.clone();
        let reply = if invocation.event.len() > MAX_PAYLOAD_BYTES {
            let message = format!(
                "the event has {} bytes, Lambda takes {MAX_PAYLOAD_BYTES}",
                invocation.event.len()
            );
            Err(Error::new(ErrorKind::TooLarge, message))
        } else {
            let (sender, receiver) = oneshot::channel();
            shared.push(invocation, sender);
            Ok(receiver)
        };
        Pending { shared, request_id, reply }
    }

    /// Gives an event to the runtime and waits for its answer: as long as it takes for the
    /// runtime to ask for the event, and then as long as the function's timeout.
    ///
    /// # Errors
    /// If the event is too large. A function that fails is [`Invoked::error`].
    pub async fn invoke(&self, invocation: impl Into<Invocation>) -> Result<Invoked, Error> {
        self.push(invocation).invoked().await
    }

    /// Waits until the start is over: the runtime asked for its first event, or said that it
    /// is ready for a snapshot, and every extension asked for an event.
    ///
    /// # Errors
    /// If the start failed: what the runtime reported.
    pub async fn ready(&self) -> Result<(), FunctionError> {
        self.service
            .shared
            .wait_for(|state| match &state.failure {
                Some(failure) => Some(Err(failure.clone())),
                None => (state.has_started() && state.extensions.are_ready()).then_some(Ok(())),
            })
            .await
    }

    /// Waits until the runtime waits for an event, and there is none.
    ///
    /// # Errors
    /// If there will be no more answers: what was reported.
    pub async fn idle(&self) -> Result<(), FunctionError> {
        self.service
            .shared
            .wait_for(|state| match &state.failure {
                Some(failure) => Some(Err(failure.clone())),
                None => state.is_idle().then_some(Ok(())),
            })
            .await
    }

    /// Restores a function with SnapStart; an invocation does it too.
    pub fn restore(&self) {
        self.service.shared.update(State::restore);
    }

    /// How many connections were accepted so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.service.shared.read(|state| state.connections)
    }

    /// When the runtime first asked for an event.
    #[must_use]
    pub fn first_next(&self) -> Option<Instant> {
        self.service.shared.read(|state| state.first_next)
    }

    /// When its start was over: it asked for an event, or was ready for its snapshot.
    pub(crate) fn started(&self) -> Option<Instant> {
        self.service.shared.read(|state| state.snapshot_at.or(state.first_next))
    }

    /// From the restore of its snapshot to its first request for an event.
    pub(crate) fn restore_duration(&self) -> Option<Duration> {
        let (restored, next) =
            self.service.shared.read(|state| (state.restored_at, state.first_next));
        Some(next?.saturating_duration_since(restored?))
    }

    /// Waits until all external extensions have registered.
    pub(crate) async fn extensions_registered(&self) -> Result<(), FunctionError> {
        let shared = &self.service.shared;
        let registered = |state: &mut State| match &state.failure {
            Some(failure) => Some(Err(failure.clone())),
            None => state.extensions.have_registered().then_some(Ok(())),
        };
        shared.wait_for(registered).await
    }

    /// Waits until its sandbox has to end: for a failure after the start, after which there are no
    /// more answers, or an invocation that ran out of time.
    pub(crate) async fn over(&self) -> EndReason {
        let is_over = |state: &mut State| {
            let has_failed = state.has_started() && state.failure.is_some();
            let timed_out = state.has_timed_out.then_some(EndReason::TimedOut);
            timed_out.or(has_failed.then_some(EndReason::Failed))
        };
        self.service.shared.wait_for(is_over).await
    }

    /// Tells by telemetry how an invocation went.
    pub(crate) fn tell_report(&self, record: impl FnOnce() -> serde_json::Value) {
        self.service.shared.telemetry.platform("platform.report", record);
    }

    /// Whom to tell about lines that are printed.
    pub(crate) fn printed(&self) -> impl Fn(Category, &str) + Send + Sync + use<> {
        let shared = self.service.shared.clone();
        move |category, line| {
            let kind = match category {
                Category::Platform => return,
                Category::Function => "function",
                Category::Extension => "extension",
            };
            shared.telemetry.tell(category, kind, || format!("{line}\n").into());
        }
    }

    /// The failure after which there are no more answers: a reported init or restore error.
    #[must_use]
    pub fn failure(&self) -> Option<FunctionError> {
        self.service.shared.read(|state| state.failure.clone())
    }

    /// The names of the extensions that registered.
    #[must_use]
    pub fn extensions(&self) -> Vec<String> {
        self.service.shared.read(|state| state.extensions.names())
    }

    /// Tells the external extensions that want to know that the sandbox ends, and how long they
    /// have for that; delivers the telemetry that waits. Gives their names.
    #[must_use]
    pub fn shut_down(&self, reason: ShutdownReason, time: Duration) -> Vec<String> {
        let shared = &self.service.shared;
        let time_ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let deadline_ms = crate::ids::epoch_ms().saturating_add(time_ms);
        let told = shared.update(|state| state.extensions.shut_down(reason, deadline_ms));
        shared.telemetry.flush();
        told
    }

    /// Every request so far, in order, if [they are recorded](RuntimeApiBuilder::record_calls).
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.service.shared.read(|state| state.calls.clone())
    }

    pub(crate) fn function(&self) -> &Function {
        &self.service.shared.function
    }

    /// Whether an extension is registered, so that the sandbox ends politely.
    pub(crate) fn has_extensions(&self) -> bool {
        self.service.shared.read(|state| !state.extensions.is_empty())
    }

    /// The sandbox is over: nothing connects any more.
    pub(crate) fn close(&self) {
        self.service.closed.notify_one();
    }

    /// The runtime is gone: ends what it worked on.
    pub(crate) fn fail(&self, failure: &FunctionError) {
        self.service.shared.fail(failure);
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.server.abort();
        self.fail(&failure::stopped());
    }
}
