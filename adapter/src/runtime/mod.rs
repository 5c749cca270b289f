//! The invocation loop on Lambda, and everything that touches the environment.
//!
//! The loop is the project's, on hyper's client, and takes the place of lambda_runtime 1.5, which
//! hands out each event as a fresh copy, leaves the answers of its posts unread (so that its
//! connections are not used again), keeps its client to itself (so that a layer which answers by
//! itself needs a second one), panics on an answer without the expected headers, and would make
//! the dependency tree 75 crates. `startup-bench loop` measures both.

mod api;
mod connection;
pub(crate) mod env;
mod invocations;
#[cfg(all(feature = "no-delay", target_os = "linux"))]
mod no_delay;
mod shutdown;
mod snapstart;

use futures_util::FutureExt;
use futures_util::future::{Either, select};
use std::borrow::Cow;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::pin;

pub(crate) use shutdown::signal;

use crate::run::App;
use crate::{BoxError, Error, ErrorKind, LambdaLayer, hooks, panics, startup};
use api::Api;
use env::Settings;
pub use env::on_lambda;

/// Has the runtime set `TCP_NODELAY` on all sockets.
#[cfg(all(feature = "no-delay", target_os = "linux"))]
pub(crate) fn set_no_delay(builder: &mut tokio::runtime::Builder) {
    let no_delay = no_delay::NoDelay::default();
    builder.on_thread_park(move || no_delay.look());
}

/// Only Linux hands a process its own sockets.
#[cfg(all(feature = "no-delay", not(target_os = "linux")))]
pub(crate) fn set_no_delay(_: &mut tokio::runtime::Builder) {
    crate::log::error("LAMBDAFY_NO_DELAY has no effect: this is not Linux");
}

/// Starts the app and answers invocations until the sandbox ends.
pub(crate) async fn run<A, F>(
    address: &str,
    settings: Result<Settings, Error>,
    make_app: impl FnOnce() -> F,
) -> Result<(), Error>
where
    A: App,
    F: Future<Output = Result<A, BoxError>>,
{
    let mut api = Api::new(address)?;
    let (settings, app) = match start(settings, make_app).await {
        Ok(started) => started,
        Err(error) => {
            api.report_init_error(&error).await;
            startup::failed();
            return Err(error);
        }
    };
    let has_hooks = hooks::has_shutdown_hooks();
    if has_hooks {
        shutdown::register(&api).await;
    }
    if settings.is_snapstart {
        snapstart::pause(&mut api).await?;
    }
    #[cfg(feature = "pool")]
    hooks::loop_starts(settings.max_concurrency).await;
    let service = tower_layer::Layer::layer(&LambdaLayer::new(settings.options), app);
    if !has_hooks {
        return invocations::answer(service, api, settings.max_concurrency).await;
    }
    let end = pin!(shutdown::signal());
    let work = pin!(invocations::answer(service, api, settings.max_concurrency));
    match select(work, end).await {
        Either::Left((result, _)) => result,
        Either::Right(((), _)) => {
            shut_down().await;
            Ok(())
        }
    }
}

async fn start<A, F>(
    settings: Result<Settings, Error>,
    make_app: impl FnOnce() -> F,
) -> Result<(Settings, A), Error>
where
    F: Future<Output = Result<A, BoxError>>,
{
    let settings = settings?;
    let app = make(make_app).await?;
    Ok((settings, app))
}

/// Makes the app; a panic is an error too, so that it can be reported.
pub(crate) async fn make<A, F>(make_app: impl FnOnce() -> F) -> Result<A, Error>
where
    F: Future<Output = Result<A, BoxError>>,
{
    let made = AssertUnwindSafe(async { make_app().await }).catch_unwind();
    let made = startup::app(made, |made| matches!(made, Ok(Ok(_)))).await;
    match made {
        Ok(Ok(app)) => Ok(app),
        Ok(Err(error)) => Err(not_started(error)),
        Err(panic) => {
            let message = panics::message(&*panic);
            Err(Error::new(
                ErrorKind::Init,
                format!("the app panicked while it started: {message}"),
            ))
        }
    }
}

/// With the step that ended last, which is most likely the one that failed; a plan's errors say
/// for certain.
fn not_started(error: BoxError) -> Error {
    const MESSAGE: &str = "the app could not be started";
    let is_named =
        error.downcast_ref::<Error>().is_some_and(|error| error.kind() == ErrorKind::Init);
    let message = match startup::last_step().filter(|_| !is_named) {
        Some(step) => format!("{MESSAGE}, after its step '{step}'").into(),
        None => Cow::Borrowed(MESSAGE),
    };
    Error::new(ErrorKind::Init, message).with_source(error)
}

/// Ends what a server or the loop leaves behind: runs the hooks of [`on_shutdown`].
pub(crate) async fn shut_down() {
    startup::ended();
    hooks::run_shutdown_hooks().await;
}
