//! What INIT has to do, as steps that run at once unless one needs another.

mod dependencies;
mod outputs;
mod work;

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::sync::Semaphore;

pub use dependencies::{Dependencies, Inputs};
pub use outputs::{Outputs, Step};

use super::lazy::{Init, Lazy};
use super::record::Kind;
use crate::{BoxError, Error, ErrorKind};
use work::{Planned, Work};

/// A plan of what INIT does: named steps with typed results, which run at once unless one comes
/// [`after`](Self::after) another.
///
/// ```
/// # use lambdafy::BoxError;
/// # #[derive(Debug)] struct Config { url: String }
/// # struct Templates;
/// # struct Database;
/// # async fn read_config() -> Result<Config, BoxError> { Ok(Config { url: String::new() }) }
/// # async fn connect(config: &Config) -> Result<Database, BoxError> { Ok(Database) }
/// # async fn fetch_keys(config: &Config) -> Result<Vec<String>, BoxError> { Ok(Vec::new()) }
/// # async fn is_migrated(database: &Database) -> Result<(), BoxError> { Ok(()) }
/// # fn parse_templates() -> Result<Templates, BoxError> { Ok(Templates) }
/// # async fn doc() -> Result<(), lambdafy::Error> {
/// use lambdafy::startup::Plan;
///
/// let plan = Plan::new();
/// let config = plan.step("config", read_config);
/// let database = plan.after(&config).step("database", connect);
/// let keys = plan.after(&config).step("keys", async |config| fetch_keys(config).await);
/// let templates = plan.blocking("templates", parse_templates);
/// plan.after(&database).check("schema version", is_migrated);
/// let (database, keys, templates) = plan.run((database, keys, templates)).await?;
/// # Ok(())
/// # }
/// ```
///
/// Each thing that INIT could do is of one of these classes:
///
/// | class | where | when |
/// |---|---|---|
/// | every first request needs it, and it waits | [`step`](Self::step) | at once, with the others |
/// | every first request needs it, and it computes | [`blocking`](Self::blocking) | on a thread of its own, begun after the requests of the steps are on their way |
/// | not every first request needs it | [`lazy`](Self::lazy), [`Lazy`], `LazyLock` | when it is first asked for |
/// | nobody knows yet | [`prepare`](Self::prepare) | at once; the report tells whether it was used |
/// | once for all sandboxes, such as migrations | [`check`](Self::check) | at deploy time; INIT looks only whether it was done |
///
/// An error or panic names its step and ends the plan at once; from an app's maker it becomes the
/// init error that Lambda is told. Steps run in the task that awaits [`run`](Self::run), so they
/// may borrow what outlives the plan, and they work on a current-thread runtime; the future is not
/// `Send`.
#[must_use = "a plan does nothing until it is run"]
pub struct Plan<'p> {
    /// Tells its steps from those of another plan.
    id: usize,
    planned: RefCell<Vec<Planned<'p>>>,
    cpus: Arc<Semaphore>,
}

/// What can be planned after other steps: made by [`Plan::after`].
#[must_use]
pub struct After<'a, 'p, I> {
    plan: &'a Plan<'p>,
    inputs: I,
}

impl<'p> Plan<'p> {
    /// A plan without steps.
    pub fn new() -> Self {
        static PLANS: AtomicUsize = AtomicUsize::new(0);
        let cpus = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            id: PLANS.fetch_add(1, Ordering::Relaxed),
            planned: RefCell::default(),
            // As many threads as can compute at once: more would only take turns.
            cpus: Arc::new(Semaphore::new(cpus)),
        }
    }

    /// A step that mostly waits: connects, fetches, reads.
    pub fn step<T, E, F>(&self, name: &'static str, work: F) -> Step<T>
    where
        T: 'static,
        E: Into<BoxError> + 'p,
        F: AsyncFnOnce() -> Result<T, E> + 'p,
    {
        self.after(()).step(name, async move |()| work().await)
    }

    /// A step that computes: on the blocking pool, at most one for each CPU at a time.
    pub fn blocking<T, E, F>(&self, name: &'static str, work: F) -> Step<T>
    where
        T: Send + 'static,
        E: Into<BoxError> + 'p,
        F: FnOnce() -> Result<T, E> + Send + 'static,
    {
        self.after(()).blocking(name, move |()| work())
    }

    /// A look whether something was done at deploy time, such as a schema's version: a step whose
    /// error says that it was not.
    pub fn check<E, F>(&self, name: &'static str, work: F) -> Step<()>
    where
        E: Into<BoxError> + 'p,
        F: AsyncFnOnce() -> Result<(), E> + 'p,
    {
        self.after(()).check(name, async move |()| work().await)
    }

    /// Something that is made when it is first asked for: [`Lazy::with`].
    pub fn lazy<T>(&self, name: &'static str, make: impl Init<T> + 'static) -> Lazy<T> {
        Lazy::with(name, make)
    }

    /// Makes a [`Lazy`] in INIT, and has the report tell whether the first requests used it.
    pub fn prepare<T: Send + Sync>(&self, lazy: &'p Lazy<T>) {
        let work = Box::pin(lazy.prepare());
        self.planned.borrow_mut().push(Planned { is_blocking: false, work });
    }

    /// What follows is begun when `steps` have ended, and is given references to what they made:
    /// one step, or a tuple of up to six.
    pub fn after<D: Dependencies>(&self, steps: D) -> After<'_, 'p, D::Inputs> {
        After { plan: self, inputs: steps.inputs() }
    }

    /// Does all steps; returns what these have made: one step, or a tuple of up to eight.
    ///
    /// Needs a tokio runtime if there are [`blocking`](Self::blocking) steps or budgets.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Init`] with the name of the step that failed, panicked or took longer than its
    /// [budget](Step::budget), or that is another plan's.
    pub async fn run<O: Outputs>(self, outputs: O) -> Result<O::Values, Error> {
        let (blocking, waiting): (Vec<_>, Vec<_>) =
            self.planned.into_inner().into_iter().partition(|planned| planned.is_blocking);
        // Requests go out before anything computes.
        let mut steps: FuturesUnordered<_> =
            waiting.into_iter().chain(blocking).map(|planned| planned.work).collect();
        while let Some(result) = steps.next().await {
            result?;
        }
        // With the steps go their shares of what was made.
        drop(steps);
        outputs.take().ok_or_else(|| {
            Error::new(ErrorKind::Init, "a plan was asked for what a step of another plan makes")
        })
    }
}

impl<'p, I: Inputs> After<'_, 'p, I> {
    /// As [`Plan::step`].
    pub fn step<T, E, F>(self, name: &'static str, work: F) -> Step<T>
    where
        T: 'static,
        E: Into<BoxError> + 'p,
        F: for<'r> AsyncFnOnce(I::Values<'r>) -> Result<T, E> + 'p,
    {
        self.add(name, Kind::Async, work)
    }

    /// As [`Plan::check`].
    pub fn check<E, F>(self, name: &'static str, work: F) -> Step<()>
    where
        E: Into<BoxError> + 'p,
        F: for<'r> AsyncFnOnce(I::Values<'r>) -> Result<(), E> + 'p,
    {
        self.add(name, Kind::Check, work)
    }

    /// As [`Plan::blocking`].
    pub fn blocking<T, E, F>(self, name: &'static str, work: F) -> Step<T>
    where
        T: Send + 'static,
        E: Into<BoxError> + 'p,
        F: for<'r> FnOnce(I::Values<'r>) -> Result<T, E> + Send + 'static,
        I: Send,
    {
        let step = Step::new(self.plan.id, name);
        let work = Work::new(&step).blocking(self.inputs, work, self.plan.cpus.clone());
        self.plan.planned.borrow_mut().push(Planned { is_blocking: true, work: Box::pin(work) });
        step
    }

    fn add<T, E, F>(self, name: &'static str, kind: Kind, work: F) -> Step<T>
    where
        T: 'static,
        E: Into<BoxError> + 'p,
        F: for<'r> AsyncFnOnce(I::Values<'r>) -> Result<T, E> + 'p,
    {
        let step = Step::new(self.plan.id, name);
        let work = Work::new(&step).waiting(kind, self.inputs, work);
        self.plan.planned.borrow_mut().push(Planned { is_blocking: false, work: Box::pin(work) });
        step
    }
}

impl Default for Plan<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Plan<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Plan({} steps)", self.planned.borrow().len())
    }
}

impl<I> fmt::Debug for After<'_, '_, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "After of {:?}", self.plan)
    }
}
