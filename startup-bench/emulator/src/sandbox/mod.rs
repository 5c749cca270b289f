//! Sandboxes: one process each, with a Runtime API of its own.

mod counted;
mod ending;
mod environment;
mod guard;
mod logs;
mod pause;
mod process;
mod processes;
mod program;
mod recipe;
mod report;
mod start;
mod supervisor;
mod usage;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::watch;

pub use ending::{EndReason, Ending};
pub(crate) use environment::{App, region};
pub(crate) use recipe::Recipe;
pub(crate) use report::{Phase, Report};
pub(crate) use start::Start;
pub(crate) use usage::Usage;

use crate::activity::Observer;
use crate::host::Place;
use crate::{Function, LogLine, RuntimeApi};
use ending::Order;
use logs::Logs;
use pause::Pause;

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
    place: Arc<Place>,
    observer: Observer,
    orders: watch::Sender<Order>,
    has_ended: watch::Receiver<bool>,
    busy: AtomicUsize,
    invocations: AtomicU64,
    is_used: AtomicBool,
    /// Whether its start is part of an invocation, because an earlier one failed.
    starts_in_invocation: bool,
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

    /// The address from which others see it connect, if it has [a network of its
    /// own](crate::EmulatorBuilder::own_network).
    #[must_use]
    pub fn ip_address(&self) -> Option<std::net::Ipv4Addr> {
        self.inner.place.connection().address()
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

    /// From the start of its process to its first request for an event, or, with SnapStart, until
    /// it was ready for its snapshot.
    #[must_use]
    pub fn init_duration(&self) -> Option<Duration> {
        let started = self.inner.api.started()?;
        Some(started.duration_since(self.inner.started))
    }

    /// With SnapStart, from the restore of its snapshot to its first request for an event.
    #[must_use]
    pub fn restore_duration(&self) -> Option<Duration> {
        self.inner.api.restore_duration()
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

impl Inner {
    fn function(&self) -> &Function {
        self.api.function()
    }
}
