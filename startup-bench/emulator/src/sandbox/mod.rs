//! Sandboxes: one process each, with a Runtime API of its own.

mod ending;
mod environment;
mod guard;
mod logs;
mod pause;
mod process;
mod supervisor;
mod usage;

use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::time::timeout;

pub use ending::{EndReason, Ending};
pub(crate) use environment::App;
pub(crate) use usage::Usage;

use crate::activity::{Activity, Observer};
use crate::failure;
use crate::{Function, FunctionError, LogLine, RuntimeApi};
use ending::Order;
use logs::Logs;
use pause::Pause;
use process::Process;
use supervisor::supervise;

/// What sandboxes are made from.
#[derive(Clone, Debug)]
pub(crate) struct Recipe {
    pub(crate) app: App,
    pub(crate) function: Function,
    pub(crate) init_timeout: Duration,
    pub(crate) observer: Observer,
}

/// A sandbox that is running or has ended.
#[derive(Clone, Debug)]
pub struct Sandbox {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    number: u64,
    pid: u32,
    started: Instant,
    api: RuntimeApi,
    logs: Arc<Logs>,
    pause: Pause,
    observer: Observer,
    orders: watch::Sender<Order>,
    has_ended: watch::Receiver<bool>,
    busy: AtomicUsize,
    invocations: AtomicU64,
    is_used: AtomicBool,
}

/// What a sandbox does at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SandboxState {
    /// Its process runs, but has not asked for an event.
    Starting,
    /// It waits for an invocation.
    Idle,
    /// It waits for an invocation and its processes are stopped.
    Frozen,
    /// It answers an invocation.
    Busy,
    /// Its process is gone.
    Ended,
}

impl Sandbox {
    /// Starts the process; it is not ready yet.
    pub(crate) async fn spawn(
        recipe: &Recipe,
        number: u64,
        when_over: impl FnOnce() + Send + 'static,
    ) -> Result<Self, FunctionError> {
        let entry = |error: &dyn std::fmt::Display| {
            FunctionError::of_platform(
                "Runtime.InvalidEntrypoint",
                format!("{}: {error}", recipe.app.program.display()),
            )
        };
        let api = RuntimeApi::builder().function(recipe.function.clone());
        let api = api.start().await.map_err(|error| entry(&error))?;
        let command = recipe.app.command(&recipe.function, &api.address().to_string());
        let started = Instant::now();
        let mut process = Process::spawn(command).map_err(|error| entry(&error))?;
        let logs = capture(&mut process, number, &recipe.observer);
        let logs = Arc::new(logs.map_err(|error| entry(&error))?);
        let (orders, ordered) = watch::channel(Order::Run);
        let (ended, has_ended) = watch::channel(false);
        let inner = Arc::new(Inner {
            number,
            pid: process.id(),
            started,
            api,
            logs: logs.clone(),
            pause: process.pause(),
            observer: recipe.observer.clone(),
            orders,
            has_ended,
            busy: AtomicUsize::new(0),
            invocations: AtomicU64::new(0),
            is_used: AtomicBool::new(false),
        });
        tokio::spawn(logs.read());
        tokio::spawn(supervise(inner.clone(), process, ordered, ended, when_over));
        Ok(Self { inner })
    }

    /// Waits until it is ready for its first invocation.
    pub(crate) async fn ready(&self, recipe: &Recipe) -> Result<(), FunctionError> {
        let ready = timeout(recipe.init_timeout, self.inner.api.ready()).await;
        match ready {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => {
                self.end_by(Ending::Kill, EndReason::InitFailed);
                Err(error)
            }
            Err(_elapsed) => {
                self.end_by(Ending::Kill, EndReason::InitFailed);
                Err(failure::init_timed_out(recipe.init_timeout))
            }
        }
    }

    /// Its number, from 1 in the order of starts.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.inner.number
    }

    /// The id of its process, which leads a process group.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.inner.pid
    }

    /// When its process was started.
    #[must_use]
    pub fn started_at(&self) -> Instant {
        self.inner.started
    }

    /// What it does at the moment.
    #[must_use]
    pub fn state(&self) -> SandboxState {
        if *self.inner.has_ended.borrow() {
            SandboxState::Ended
        } else if self.inner.pause.is_frozen() {
            SandboxState::Frozen
        } else if self.inner.busy.load(Ordering::SeqCst) > 0 {
            SandboxState::Busy
        } else if self.inner.is_used.load(Ordering::Relaxed) || self.init_duration().is_some() {
            SandboxState::Idle
        } else {
            SandboxState::Starting
        }
    }

    /// From the start of its process to its first request for an event.
    #[must_use]
    pub fn init_duration(&self) -> Option<Duration> {
        let first_next = self.inner.api.first_next()?;
        Some(first_next.duration_since(self.inner.started))
    }

    /// How many invocations it was given.
    #[must_use]
    pub fn invocations(&self) -> u64 {
        self.inner.invocations.load(Ordering::Relaxed)
    }

    /// How many connections to its Runtime API it has opened.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.inner.api.connections()
    }

    /// The names of the extensions that its process registered.
    #[must_use]
    pub fn extensions(&self) -> Vec<String> {
        self.inner.api.extensions()
    }

    /// What it printed; the oldest lines are dropped after 10,000.
    #[must_use]
    pub fn logs(&self) -> Vec<LogLine> {
        self.inner.logs.catch_up();
        self.inner.logs.since(0)
    }

    /// Waits until its process is gone.
    pub async fn ended(&self) {
        let mut has_ended = self.inner.has_ended.clone();
        // An error means that the supervisor is gone, and the process with it.
        drop(has_ended.wait_for(|has_ended| *has_ended).await);
    }

    pub(crate) fn api(&self) -> &RuntimeApi {
        &self.inner.api
    }
}

fn capture(process: &mut Process, number: u64, observer: &Observer) -> std::io::Result<Logs> {
    let (output, error) = process.output();
    let output = output.map(|pipe| pipe.into_owned_fd()).transpose()?;
    let error = error.map(|pipe| pipe.into_owned_fd()).transpose()?;
    let observer = observer.clone();
    let sink = move |line: &LogLine| {
        observer.tell(&Activity::Printed { sandbox: number, line: line.clone() });
    };
    Logs::new(output as Option<OwnedFd>, error, Arc::new(sink))
}
