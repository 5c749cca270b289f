//! The start of a sandbox.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize};
use std::time::{Duration, Instant};

use tokio::process::Command;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::timeout;

use super::guard;
use super::logs::{Logs, Pipe};
use super::pause::Pause;
use super::process::Process;
use super::processes::{self, Extension, Processes};
use super::report::{self, Phase};
use super::supervisor::supervise;
use super::{EndReason, Ending, Inner, Order, Recipe, Sandbox};
use crate::activity::{Activity, Observer};
use crate::failure;
use crate::host::{Place, Slot, Slots};
use crate::runtime_api::{Category, Site};
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
    /// Starts the process; it is not ready yet. It is made known before it can end.
    pub(crate) async fn spawn(
        recipe: &Recipe,
        slots: &Arc<Slots>,
        start: Start,
        known: impl FnOnce(&Self),
        when_over: impl FnOnce() + Send + 'static,
    ) -> Result<Self, FunctionError> {
        let no_place = |error| failure::no_place(&error);
        let slot = slots.take().await.map_err(no_place)?;
        let place = slot.place.clone();
        let api = runtime_api(recipe, &place).await?;
        if start.phase == Phase::Invoke {
            place.limit_cpu(recipe.function.cpus()).map_err(no_place)?;
        }
        guard::stand_by();
        let started = Instant::now();
        let mut pipes = Vec::new();
        let extensions = start_extensions(recipe, &slot, &api, &mut pipes).await?;
        let command = recipe.app.command(&recipe.function, &api.address().to_string(), &place);
        let process = run(&slot, command, extensions.is_empty()).await.map_err(no_place)?;
        let process = process.and_then(|mut process| {
            pipes.extend(process.output(Category::Function)?);
            let logs = capture(pipes, &api, &recipe.observer, &start)?;
            Ok((process, Arc::new(logs)))
        });
        let (process, logs) =
            process.map_err(|error| failure::no_entry(&recipe.app.program, &error))?;
        let processes = Processes::new(process, extensions);
        // The thread that started them leaves the place.
        drop(slot);
        if start.phase == Phase::Init {
            logs.say(report::init_start(&recipe.function));
        }
        let (orders, ordered) = watch::channel(Order::Run);
        let (ended, has_ended) = watch::channel(false);
        let inner = Arc::new(Inner {
            number: start.number,
            pid: processes.id(),
            started,
            api,
            logs: logs.clone(),
            pause: Pause::new(processes.groups(), place.clone()),
            place,
            observer: recipe.observer.clone(),
            orders,
            has_ended,
            busy: AtomicUsize::new(0),
            invocations: AtomicU64::new(0),
            is_used: AtomicBool::new(false),
            starts_in_invocation: start.phase == Phase::Invoke,
        });
        let sandbox = Self { inner: inner.clone() };
        known(&sandbox);
        tokio::spawn(logs.read());
        tokio::spawn(supervise(inner, processes, ordered, ended, when_over));
        Ok(sandbox)
    }

    /// Waits until it is ready for its first invocation, but not longer than this.
    pub(crate) async fn ready(&self, phase: Phase, limit: Duration) -> Result<(), FunctionError> {
        let inner = &self.inner;
        let left = limit.saturating_sub(inner.started.elapsed());
        let ready = timeout(left, inner.api.ready()).await;
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

/// Starts the Runtime API of one sandbox, where the sandbox finds it.
async fn runtime_api(recipe: &Recipe, place: &Place) -> Result<RuntimeApi, FunctionError> {
    let mut api = RuntimeApi::builder().function(recipe.function.clone());
    for extension in &recipe.app.extensions {
        api = api.extension(processes::name_of(extension));
    }
    let site = place.connection().site().map(|(listener, inside)| Site { listener, inside });
    let api = api.start_at(site).await;
    api.map_err(|error| failure::no_entry(&recipe.app.program, &error))
}

/// Starts the external extensions, as Lambda does before the runtime, and waits until they have
/// registered.
async fn start_extensions(
    recipe: &Recipe,
    slot: &Slot,
    api: &RuntimeApi,
    pipes: &mut Vec<Pipe>,
) -> Result<Vec<Extension>, FunctionError> {
    let mut extensions = Vec::new();
    for path in &recipe.app.extensions {
        let address = api.address().to_string();
        let command = recipe.app.extension(path, &recipe.function, &address, &slot.place);
        let process = run(slot, command, false).await.map_err(|e| failure::no_place(&e))?;
        let started = process.and_then(|mut process| {
            pipes.extend(process.output(Category::Extension)?);
            Ok(process)
        });
        let process = started.map_err(|error| failure::no_extension(path, &error))?;
        extensions.push(Extension { name: processes::name_of(path), process });
    }
    if !extensions.is_empty() {
        processes::registered(api, &mut extensions, recipe.init_timeout).await?;
    }
    Ok(extensions)
}

/// Starts a process in its place.
async fn run(
    slot: &Slot,
    command: Command,
    is_alone: bool,
) -> std::io::Result<std::io::Result<Process>> {
    let (runtime, place) = (Handle::current(), slot.place.clone());
    slot.run(move || {
        let _entered = runtime.enter();
        Process::spawn(command, place, is_alone)
    })
    .await
}

fn capture(
    pipes: Vec<Pipe>,
    api: &RuntimeApi,
    observer: &Observer,
    start: &Start,
) -> std::io::Result<Logs> {
    let (observer, sandbox) = (observer.clone(), start.number);
    let printed = api.printed();
    let sink = move |line: &LogLine, category: Option<Category>| {
        if let Some(category) = category {
            printed(category, &line.text);
        }
        observer.tell(&Activity::Printed { sandbox, line: line.clone() });
    };
    Ok(Logs::new(pipes, start.earlier.clone(), Arc::new(sink)))
}
