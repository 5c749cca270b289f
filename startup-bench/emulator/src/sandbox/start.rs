//! The start of a sandbox.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize};
use std::time::{Duration, Instant};

use tokio::process::Command;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::timeout;

use super::guard;
use super::logs::Logs;
use super::process::Process;
use super::report::{self, Phase};
use super::supervisor::supervise;
use super::{EndReason, Ending, Inner, Order, Recipe, Sandbox};
use crate::activity::{Activity, Observer};
use crate::failure;
use crate::host::{Slot, Slots};
use crate::{FunctionError, LogLine, RuntimeApi};

/// Which start it is.
#[derive(Debug)]
pub(crate) struct Start {
    /// The number of the sandbox.
    pub(crate) number: u64,
    pub(crate) phase: Phase,
    /// The log of the start that failed before this one.
    pub(crate) earlier: Vec<LogLine>,
}

impl Sandbox {
    /// Starts the process; it is not ready yet.
    pub(crate) async fn spawn(
        recipe: &Recipe,
        slots: &Arc<Slots>,
        start: Start,
        when_over: impl FnOnce() + Send + 'static,
    ) -> Result<Self, FunctionError> {
        let no_place = |error| failure::no_place(&error);
        let api = RuntimeApi::builder().function(recipe.function.clone()).start().await;
        let api = api.map_err(|error| failure::no_entry(&recipe.app.program, &error))?;
        let slot = slots.take().await.map_err(no_place)?;
        let place = slot.place.clone();
        if start.phase == Phase::Invoke {
            place.limit_cpu(recipe.function.cpus()).map_err(no_place)?;
        }
        guard::stand_by();
        let command = recipe.app.command(&recipe.function, &api.address().to_string(), &place);
        let started = Instant::now();
        let process = run(slot, command).await.map_err(no_place)?;
        let process = process.and_then(|mut process| {
            let logs = capture(&mut process, &recipe.observer, &start)?;
            Ok((process, Arc::new(logs)))
        });
        let (process, logs) =
            process.map_err(|error| failure::no_entry(&recipe.app.program, &error))?;
        if start.phase == Phase::Init {
            logs.say(report::init_start(&recipe.function));
        }
        let (orders, ordered) = watch::channel(Order::Run);
        let (ended, has_ended) = watch::channel(false);
        let inner = Arc::new(Inner {
            number: start.number,
            pid: process.id(),
            started,
            api,
            logs: logs.clone(),
            pause: process.pause(),
            place,
            observer: recipe.observer.clone(),
            orders,
            has_ended,
            busy: AtomicUsize::new(0),
            invocations: AtomicU64::new(0),
            is_used: AtomicBool::new(false),
            starts_in_invocation: start.phase == Phase::Invoke,
        });
        tokio::spawn(logs.read());
        tokio::spawn(supervise(inner.clone(), process, ordered, ended, when_over));
        Ok(Self { inner })
    }

    /// Waits until it is ready for its first invocation, but not longer than this.
    pub(crate) async fn ready(&self, phase: Phase, limit: Duration) -> Result<(), FunctionError> {
        let inner = &self.inner;
        let ready = timeout(limit, inner.api.ready()).await;
        let error = match ready {
            Ok(Ok(())) => {
                // A sandbox that is gone meanwhile has nothing to limit.
                let _ = inner.place.limit_cpu(inner.function().cpus());
                return Ok(());
            }
            Ok(Err(error)) => error,
            Err(_elapsed) if phase == Phase::Init => failure::init_timed_out(limit),
            Err(_elapsed) => failure::timed_out(limit),
        };
        inner.logs.catch_up();
        inner.logs.say(report::init_report(inner.started.elapsed(), phase, &error));
        self.end_by(Ending::Kill, EndReason::InitFailed);
        Err(error)
    }
}

/// Starts the process in its place.
async fn run(slot: Slot, command: Command) -> std::io::Result<std::io::Result<Process>> {
    let (runtime, place) = (Handle::current(), slot.place.clone());
    slot.run(move || {
        let _entered = runtime.enter();
        Process::spawn(command, place)
    })
    .await
}

fn capture(process: &mut Process, observer: &Observer, start: &Start) -> std::io::Result<Logs> {
    let (output, error) = process.output();
    let output = output.map(|pipe| pipe.into_owned_fd()).transpose()?;
    let error = error.map(|pipe| pipe.into_owned_fd()).transpose()?;
    let (observer, sandbox) = (observer.clone(), start.number);
    let sink = move |line: &LogLine| {
        observer.tell(&Activity::Printed { sandbox, line: line.clone() });
    };
    Logs::new(output, error, start.earlier.clone(), Arc::new(sink))
}
