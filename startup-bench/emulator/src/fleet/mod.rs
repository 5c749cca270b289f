//! The sandboxes of one function: started on demand, used again, ended together.

mod again;
mod idle;
mod lease;
mod room;
mod start;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::{Notify, oneshot};
use tokio::time::timeout;

use crate::error::{Error, ErrorKind};
use crate::failure::MAX_PAYLOAD_BYTES;
use crate::host::Slots;
use crate::sandbox::{Recipe, Sandbox};
use crate::{EndReason, Ending, Invocation, Limit};
use idle::Idle;
pub(crate) use lease::{Begun, Lease};
use start::FailedStart;

/// How long a sandbox that has answered may take to ask for the next event before a waiting
/// invocation gets a new sandbox instead.
const RETURN: Duration = Duration::from_millis(50);

/// What a waiting invocation gets: a sandbox, or the failure of the start it caused.
type Grant = Result<Lease, FailedStart>;

/// How many sandboxes there may be, and when they end.
#[derive(Clone, Debug)]
pub(crate) struct Scaling {
    pub(crate) max_sandboxes: usize,
    /// Whether what comes when all are busy is refused.
    pub(crate) throttles: bool,
    pub(crate) idle_after: Option<Duration>,
    pub(crate) idle_ending: Ending,
}

/// All sandboxes of one function.
#[derive(Debug)]
pub(crate) struct Fleet {
    recipe: Recipe,
    scaling: Scaling,
    slots: Arc<Slots>,
    runtime: Handle,
    state: Mutex<State>,
    /// How many sandboxes have answered and will soon ask for an event. Not in the state, whose
    /// lock may be held when a lease is dropped.
    returning: AtomicUsize,
    /// Told when a sandbox is gone, or is not to come.
    gone: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// All that run or start.
    live: Vec<Sandbox>,
    /// Those that can take an invocation, once for each; the last used comes last.
    idle: Vec<Idle>,
    waiting: VecDeque<oneshot::Sender<Grant>>,
    /// How many are not ready yet.
    starting: usize,
    /// How many of those have no process yet.
    asked: usize,
    started: u64,
    is_stopped: bool,
}

impl Fleet {
    pub(crate) fn new(recipe: Recipe, scaling: Scaling, slots: Arc<Slots>) -> Arc<Self> {
        let idle_after = scaling.idle_after;
        let fleet = Arc::new(Self {
            recipe,
            scaling,
            slots,
            runtime: Handle::current(),
            state: Mutex::default(),
            returning: AtomicUsize::new(0),
            gone: Notify::new(),
        });
        if let Some(idle_after) = idle_after {
            tokio::spawn(idle::end_idle(Arc::downgrade(&fleet), idle_after));
        }
        fleet
    }

    pub(crate) fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// What the machine can't do.
    pub(crate) fn limits(&self) -> Vec<Limit> {
        self.slots.limits()
    }

    /// All sandboxes that run or start.
    pub(crate) fn sandboxes(&self) -> Vec<Sandbox> {
        self.lock().live.clone()
    }

    /// Invokes the function and waits for the beginning of its answer.
    pub(crate) async fn begin(self: &Arc<Self>, invocation: Invocation) -> Result<Begun, Error> {
        if invocation.event.len() > MAX_PAYLOAD_BYTES {
            return Err(Error::new(
                ErrorKind::TooLarge,
                format!(
                    "the event has {} bytes, Lambda takes {MAX_PAYLOAD_BYTES}",
                    invocation.event.len()
                ),
            ));
        }
        let mut lease = match self.acquire().await? {
            Ok(lease) => lease,
            Err(failed) => return self.begin_again(invocation, failed).await,
        };
        let request_id = invocation.request_id.clone();
        let since = Instant::now();
        lease.start(&request_id);
        let answer = lease.answer(invocation).await?;
        Ok(Begun { request_id, answer, lease: Some(lease), since })
    }

    /// Ends all sandboxes, and starts no more.
    pub(crate) fn stop(&self) {
        self.slots.close();
        let mut state = self.lock();
        state.is_stopped = true;
        state.idle.clear();
        state.waiting.clear();
        for sandbox in &state.live {
            sandbox.end_by(Ending::Polite, EndReason::Stopped);
        }
    }

    /// Waits until there are none any more, once it is [stopped](Self::stop).
    pub(crate) async fn all_gone(&self) {
        loop {
            let mut gone = std::pin::pin!(self.gone.notified());
            gone.as_mut().enable();
            let is_empty = {
                let state = self.lock();
                state.live.is_empty() && state.asked == 0
            };
            if is_empty {
                return self.slots.all_gone().await;
            }
            gone.await;
        }
    }

    /// Waits for a sandbox: an idle one, or a new one, or the first that becomes idle.
    async fn acquire(self: &Arc<Self>) -> Result<Grant, Error> {
        let stopped = || Error::new(ErrorKind::Stopped, "the emulator is stopped");
        let granted = {
            let mut state = self.lock();
            if state.is_stopped {
                return Err(stopped());
            }
            while let Some(idle) = state.idle.pop() {
                // One that was killed is still in the list for a moment.
                if !idle.sandbox.is_ending() {
                    return Ok(Ok(self.lease(&idle.sandbox)));
                }
            }
            if self.scaling.throttles && !self.has_room(&state) {
                return Err(self.throttled());
            }
            let (grant, granted) = oneshot::channel();
            state.waiting.push_back(grant);
            self.start_enough(&mut state);
            granted
        };
        granted.await.map_err(|_dropped| stopped())
    }

    /// Gives a sandbox to the oldest waiting invocation, or lets it wait itself; gives back the
    /// one that waits.
    fn put_back(self: &Arc<Self>, state: &mut State, sandbox: Sandbox) -> Option<Sandbox> {
        let number = sandbox.number();
        let is_live = state.live.iter().any(|live| live.number() == number);
        if state.is_stopped || !is_live || sandbox.is_ending() {
            return None;
        }
        while let Some(waiting) = state.waiting.pop_front() {
            if !waiting.is_closed() {
                // Who gives up in this very moment drops the lease, and so gives it back.
                drop(waiting.send(Ok(self.lease(&sandbox))));
                return None;
            }
        }
        state.idle.push(Idle::new(sandbox.clone()));
        Some(sandbox)
    }

    /// Freezes a sandbox that waits. One that answers several invocations at once is on a Managed
    /// Instance, where nothing is frozen.
    fn freeze(&self, idle: Option<Sandbox>) {
        if self.recipe.function.max_concurrency == 1
            && let Some(sandbox) = idle
        {
            sandbox.freeze_idle();
        }
    }

    /// Whether an invocation that waited would have a sandbox to wait for that nobody else does.
    fn has_room(&self, state: &State) -> bool {
        let per_sandbox = self.recipe.function.max_concurrency;
        let coming = state.starting * per_sandbox + self.returning.load(Ordering::Relaxed);
        state.waiting.len() < coming || state.live.len() + state.asked < self.scaling.max_sandboxes
    }

    fn throttled(&self) -> Error {
        let most = self.scaling.max_sandboxes;
        let message = format!("Rate Exceeded: all {most} sandboxes are busy");
        Error::new(ErrorKind::Throttled, message)
    }

    fn lease(self: &Arc<Self>, sandbox: &Sandbox) -> Lease {
        Lease::new(self.clone(), sandbox)
    }

    /// A sandbox has ended.
    fn forget(self: &Arc<Self>, number: u64) {
        let mut state = self.lock();
        state.live.retain(|sandbox| sandbox.number() != number);
        state.idle.retain(|idle| idle.sandbox.number() != number);
        self.start_enough(&mut state);
        self.gone.notify_waiters();
    }

    /// A sandbox has answered: it can be used again once it asks for an event.
    fn release(self: &Arc<Self>, sandbox: Sandbox) {
        self.returning.fetch_add(1, Ordering::Relaxed);
        self.runtime.spawn(self.clone().await_return(sandbox));
    }

    async fn await_return(self: Arc<Self>, sandbox: Sandbox) {
        let soon = timeout(RETURN, sandbox.api().idle()).await;
        let has_ended = {
            let mut state = self.lock();
            self.returning.fetch_sub(1, Ordering::Relaxed);
            if let Ok(Ok(())) = soon {
                let idle = self.put_back(&mut state, sandbox);
                drop(state);
                return self.freeze(idle);
            }
            self.start_enough(&mut state);
            soon.is_ok()
        };
        if has_ended {
            return;
        }
        match timeout(self.recipe.function.timeout, sandbox.api().idle()).await {
            Ok(Ok(())) => {
                let idle = self.put_back(&mut self.lock(), sandbox);
                self.freeze(idle);
            }
            Ok(Err(_)) => {}
            Err(_elapsed) => sandbox.end_by(Ending::Kill, EndReason::TimedOut),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
