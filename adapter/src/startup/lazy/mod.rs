//! A value that is made when it is first asked for.

mod failure;
mod get;
mod init;

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, Location};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

pub use get::Get;
pub use init::Init;

use super::profiler;
use super::record::{Kind, Name, Outcome, StepId};
use super::timing::Timed;
use crate::{BoxError, Error, ErrorKind, panics};
use failure::Failure;

/// A value that is made when it is first asked for, by an async function that can fail.
///
/// For what not every first request needs: clients, credentials, templates, connections. Callers
/// that come while it is made wait for the same attempt and share its outcome. A failed attempt is
/// made again by the next caller, so a database that is back after a minute needs no new sandbox. If
/// the caller that makes it goes away, one of those who wait goes on in its place. Once there is a
/// value, [`made`](Self::made) costs what `OnceLock::get` costs, and [`get`](Self::get) a dozen
/// instructions more than the await of any future that is ready.
///
/// In a static it takes a function or a closure behind `&`:
///
/// ```
/// use lambdafy::startup::Lazy;
///
/// # #[derive(Debug)] struct Client;
/// # impl Client { async fn connect() -> std::io::Result<Self> { Ok(Client) } }
/// static CLIENT: Lazy<Client> = Lazy::new(&Client::connect);
/// static OTHER: Lazy<Client> = Lazy::new(&|| async { Client::connect().await }).named("other");
///
/// async fn handler() -> Result<String, lambdafy::Error> {
///     Ok(format!("{:?}", CLIENT.get().await?))
/// }
/// # futures_util::FutureExt::now_or_never(handler()).unwrap().unwrap();
/// ```
///
/// In the app's state, where it needs something of the app, [`Lazy::with`] takes any closure.
///
/// For what is made without awaiting anything, such as a regex, std's `LazyLock` does; with
/// [`step`](super::step()) in it, the report shows it too.
///
/// The report names it after its type and place unless it is [`named`](Self::named), and shows which
/// request made it and how long that took. It is made in the background of nobody: see
/// [the guide](crate::guide::cold_start#why-no-background-work) for why that is no default.
pub struct Lazy<T: 'static> {
    value: OnceLock<T>,
    /// How many attempts have failed, to tell those who waited for one from those who came later.
    failures: AtomicUsize,
    turn: tokio::sync::Mutex<Turn<T>>,
    make: Make<T>,
    name: Name,
}

/// What only the one whose turn it is may touch.
struct Turn<T> {
    /// Made ahead, and not asked for yet.
    ahead: Option<(T, Option<StepId>)>,
    /// The last failure.
    failure: Option<Failure>,
}

enum Make<T: 'static> {
    Static(&'static dyn Init<T>),
    Owned(Box<dyn Init<T>>),
}

impl<T: 'static> Lazy<T> {
    /// For a static: `make` is a function, or a closure that captures nothing, behind `&`.
    #[must_use]
    #[track_caller]
    pub const fn new(make: &'static dyn Init<T>) -> Self {
        Self::build(Make::Static(make), Name::Place("", Location::caller()))
    }

    /// For the app's state: `make` may capture what it needs, and clones it for each attempt.
    ///
    /// ```
    /// use lambdafy::startup::Lazy;
    ///
    /// # async fn connect(url: &str) -> std::io::Result<String> { Ok(url.to_owned()) }
    /// let url = String::from("redis://127.0.0.1");
    /// let cache = Lazy::with("cache", move || {
    ///     let url = url.clone();
    ///     async move { connect(&url).await }
    /// });
    /// # assert!(futures_util::FutureExt::now_or_never(cache.get()).unwrap().is_ok());
    /// ```
    #[must_use]
    pub fn with(name: &'static str, make: impl Init<T> + 'static) -> Self {
        Self::build(Make::Owned(Box::new(make)), Name::Text(name))
    }

    const fn build(make: Make<T>, name: Name) -> Self {
        Self {
            value: OnceLock::new(),
            failures: AtomicUsize::new(0),
            turn: tokio::sync::Mutex::const_new(Turn { ahead: None, failure: None }),
            make,
            name,
        }
    }

    /// Names it in reports and errors.
    #[must_use]
    pub const fn named(mut self, name: &'static str) -> Self {
        self.name = Name::Text(name);
        self
    }

    /// The value, if there is one already; never waits.
    #[inline]
    pub fn made(&self) -> Option<&T> {
        self.value.get()
    }

    fn name(&self) -> Name {
        match self.name {
            Name::Place(_, place) => Name::Place(std::any::type_name::<T>(), place),
            name @ Name::Text(_) => name,
        }
    }
}

impl<T: Send + Sync + 'static> Lazy<T> {
    /// The value, which is made now if it is not there yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Init`] if it could not be made, or its function panicked; the message names it.
    #[inline]
    pub fn get(&self) -> Get<'_, T> {
        Get { lazy: self, slow: None }
    }

    /// Makes the value before anyone asks, in INIT, and has the report tell if none of the first
    /// requests has used it: then it belongs to those that are made lazily.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub async fn prepare(&self) -> Result<(), Error> {
        if self.value.get().is_some() {
            return Ok(());
        }
        let seen = self.failures.load(Ordering::Acquire);
        let mut turn = self.turn.lock().await;
        if self.value.get().is_some() || turn.ahead.is_some() {
            return Ok(());
        }
        let made = self.attempt(&mut turn, seen).await?;
        if let Some((profiler, step)) = profiler::recording().zip(made.1) {
            profiler.update(step, |step| step.is_watched = true);
        }
        turn.ahead = Some(made);
        Ok(())
    }

    #[cold]
    fn slow(&self) -> BoxFuture<'_, Result<&T, Error>> {
        Box::pin(async {
            // Before the wait: an attempt that fails from here on is this caller's too.
            let seen = self.failures.load(Ordering::Acquire);
            let mut turn = self.turn.lock().await;
            if let Some(value) = self.value.get() {
                return Ok(value);
            }
            let (value, step) = match turn.ahead.take() {
                Some(ahead) => ahead,
                None => self.attempt(&mut turn, seen).await?,
            };
            mark_used(step);
            Ok(self.value.get_or_init(|| value))
        })
    }

    /// Makes the value, unless the attempt that this caller waited for has failed.
    async fn attempt(&self, turn: &mut Turn<T>, seen: usize) -> Result<(T, Option<StepId>), Error> {
        if self.failures.load(Ordering::Acquire) != seen
            && let Some(failure) = &turn.failure
        {
            return Err(self.failed(failure.clone()));
        }
        let mut timed = Timed::new(self.name(), Kind::Lazy);
        let result = {
            let mut made =
                std::pin::pin!(AssertUnwindSafe(async { self.begin().await }).catch_unwind());
            std::future::poll_fn(|cx| timed.poll(|| made.as_mut().poll(cx))).await
        };
        let failure = match result {
            Ok(Ok(value)) => {
                let step = timed.id();
                timed.end(Outcome::Done);
                return Ok((value, step));
            }
            Ok(Err(error)) => Failure(Arc::from(error)),
            Err(panic) => Failure(Arc::from(BoxError::from(format!(
                "panicked: {}",
                panics::message(&*panic)
            )))),
        };
        timed.end(Outcome::Failed);
        turn.failure = Some(failure.clone());
        self.failures.fetch_add(1, Ordering::Release);
        Err(self.failed(failure))
    }

    fn begin(&self) -> BoxFuture<'static, Result<T, BoxError>> {
        match &self.make {
            Make::Static(make) => make.make(),
            Make::Owned(make) => make.make(),
        }
    }

    fn failed(&self, failure: Failure) -> Error {
        Error::new(ErrorKind::Init, format!("'{}' could not be made", self.name()))
            .with_source(failure)
    }
}

/// Notes the first use of what was made by this step.
fn mark_used(step: Option<StepId>) {
    let Some((profiler, step)) = profiler::recording().zip(step) else { return };
    let request = profiler.profile().current_request();
    profiler.update(step, |step| step.first_use = Some(request.unwrap_or_default()));
}

impl<T> fmt::Debug for Lazy<T> {
    /// Without the value, which may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.value.get().is_some() { "made" } else { "not made" };
        write!(f, "Lazy({}, {state})", self.name())
    }
}
