//! A step's work as the plan runs it: after others, under the clock, within its budget.

use std::future::Future;
use std::panic::{self, AssertUnwindSafe};
use std::pin::pin;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use tokio::sync::Semaphore;

use super::super::profiler;
use super::super::record::{Kind, Name, Outcome, StepId};
use super::super::timing::{OpenSync, Timed};
use super::dependencies::Inputs;
use super::outputs::{Cell, Step};
use crate::{BoxError, Error, ErrorKind, panics};

/// What a plan has to do.
pub(super) struct Planned<'p> {
    pub(super) is_blocking: bool,
    pub(super) work: LocalBoxFuture<'p, Result<(), Error>>,
}

/// One step before its work.
pub(super) struct Work<T> {
    cell: Arc<Cell<T>>,
}

impl<T> Work<T> {
    pub(super) fn new(step: &Step<T>) -> Self {
        Self { cell: step.cell.clone() }
    }

    /// Work that waits, polled by the plan itself.
    pub(super) async fn waiting<I, E, F>(self, kind: Kind, inputs: I, work: F) -> Result<(), Error>
    where
        I: Inputs,
        E: Into<BoxError>,
        F: for<'r> AsyncFnOnce(I::Values<'r>) -> Result<T, E>,
    {
        let after = self.ready(&inputs).await?;
        let values = inputs.values().ok_or_else(|| self.foreign())?;
        let mut timed = Timed::planned(Name::Text(self.cell.name), kind, after);
        let result = {
            let mut work = pin!(AssertUnwindSafe(async { work(values).await }).catch_unwind());
            let work = std::future::poll_fn(|cx| timed.poll(|| work.as_mut().poll(cx)));
            self.within_budget(work).await
        };
        self.set_recorded(timed.id());
        let made = result.and_then(|result| match result {
            Ok(result) => result.map_err(|error| self.failed(kind, error.into())),
            Err(panic) => Err(self.panicked(&*panic)),
        });
        timed.end(if made.is_ok() { Outcome::Done } else { Outcome::Failed });
        self.set(made?);
        Ok(())
    }

    /// Work that computes, on the blocking pool.
    pub(super) async fn blocking<I, E, F>(
        self,
        inputs: I,
        work: F,
        cpus: Arc<Semaphore>,
    ) -> Result<(), Error>
    where
        I: Inputs + Send,
        E: Into<BoxError>,
        F: for<'r> FnOnce(I::Values<'r>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
    {
        let after = self.ready(&inputs).await?;
        // The semaphore is never closed; without a permit it would only be slower.
        let _permit = cpus.acquire().await.ok();
        let name = self.cell.name;
        let parent = profiler::current();
        let on_its_thread = move || {
            let open = OpenSync::begin(Name::Text(name), Kind::Blocking, |step| {
                (step.is_planned, step.parent, step.after) = (true, parent, after);
            });
            let id = open.id();
            let values = inputs.values();
            let result = values.map(|values| {
                panic::catch_unwind(AssertUnwindSafe(|| work(values).map_err(Into::into)))
            });
            let is_done = matches!(result, Some(Ok(Ok(_))));
            open.end(if is_done { Outcome::Done } else { Outcome::Failed });
            (result, id)
        };
        let thread = tokio::task::spawn_blocking(on_its_thread);
        let (result, id) = self
            .within_budget(thread)
            .await?
            .map_err(|error| self.failed(Kind::Blocking, error.into()))?;
        self.set_recorded(id);
        match result.ok_or_else(|| self.foreign())? {
            Ok(Ok(value)) => self.set(value),
            Ok(Err(error)) => return Err(self.failed(Kind::Blocking, error)),
            Err(panic) => return Err(self.panicked(&*panic)),
        }
        Ok(())
    }

    /// Waits for what the step needs; returns their places in the profile.
    async fn ready(&self, inputs: &impl Inputs) -> Result<Vec<StepId>, Error> {
        let inputs = inputs.each();
        // It would be waited for without end.
        if inputs.iter().any(|input| input.plan() != self.cell.plan) {
            return Err(self.foreign());
        }
        for input in &inputs {
            input.ended().await;
        }
        Ok(inputs.iter().filter_map(|input| input.recorded()).collect())
    }

    async fn within_budget<F: Future>(&self, work: F) -> Result<F::Output, Error> {
        let Some(limit) = self.cell.budget.get() else { return Ok(work.await) };
        tokio::time::timeout(*limit, work).await.map_err(|_| {
            let name = self.cell.name;
            Error::new(
                ErrorKind::Init,
                format!("step '{name}' has taken longer than its budget of {limit:?}"),
            )
        })
    }

    fn set(&self, value: T) {
        // Only this work sets it, once.
        let _ = self.cell.value.set(value);
    }

    fn set_recorded(&self, id: Option<StepId>) {
        if let Some(id) = id {
            let _ = self.cell.recorded.set(id);
        }
    }

    fn failed(&self, kind: Kind, error: BoxError) -> Error {
        let name = self.cell.name;
        let message = match kind {
            Kind::Check => format!(
                "check '{name}' failed; what it looks for is to be done when the app is deployed"
            ),
            _ => format!("step '{name}' failed"),
        };
        Error::new(ErrorKind::Init, message).with_source(error)
    }

    fn panicked(&self, panic: &(dyn std::any::Any + Send)) -> Error {
        let message = format!("step '{}' panicked: {}", self.cell.name, panics::message(panic));
        Error::new(ErrorKind::Init, message)
    }

    fn foreign(&self) -> Error {
        let message = format!("step '{}' is after a step of another plan", self.cell.name);
        Error::new(ErrorKind::Init, message)
    }
}
