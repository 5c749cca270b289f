//! Places that are made before they are needed.
//!
//! Joining a cgroup may take the kernel ten milliseconds, which an invocation need not wait for.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak, mpsc};
use std::thread;

use tokio::runtime::Handle;
use tokio::sync::{Notify, Semaphore, oneshot};

use super::network::Held;
use super::{Host, Limit, Place, Wanted};

/// How many places are ready ahead of demand.
const AHEAD: usize = 2;

/// How many are made at once: enough that their waits overlap, few enough for a small machine.
const AT_ONCE: usize = 8;

type Job = Box<dyn FnOnce() + Send>;

/// A place, and the thread in it that will start the sandbox's process.
#[derive(Debug)]
pub(crate) struct Slot {
    // Dropped first: the thread has to leave a place before that can be removed.
    jobs: mpsc::Sender<Job>,
    pub(crate) place: Arc<Place>,
}

impl Slot {
    /// Makes a place on a thread of its own.
    async fn new(host: Arc<Host>, wanted: Arc<Wanted>, held: &Held) -> io::Result<Self> {
        let (jobs, work) = mpsc::channel::<Job>();
        let (made, making) = oneshot::channel();
        let thread = thread::Builder::new().name("sandbox-slot".to_owned());
        let taken = wanted.clone();
        let thread = thread.spawn(move || {
            let place = Place::enter(host, &taken).map(Arc::new);
            match made.send(place) {
                Ok(()) => {
                    while let Ok(job) = work.recv() {
                        job();
                    }
                }
                // Nobody waits any more.
                Err(Ok(place)) => place.leave(),
                Err(Err(_)) => {}
            }
        })?;
        let place =
            making.await.map_err(|_| io::Error::other("the place's thread has ended"))??;
        place.left_by(thread);
        place.connection().relay(&wanted, held).await?;
        Ok(Self { jobs, place })
    }

    /// Runs `job` on the thread in the place, which ends when this is dropped.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<T> {
        let gone = || io::Error::other("the place's thread has ended");
        let (done, doing) = oneshot::channel();
        let job = move || drop(done.send(job()));
        self.jobs.send(Box::new(job)).map_err(|_| gone())?;
        doing.await.map_err(|_| gone())
    }
}

/// The places of one function's sandboxes.
#[derive(Debug)]
pub(crate) struct Slots {
    host: Arc<Host>,
    wanted: Arc<Wanted>,
    ready: Mutex<Ready>,
    making: Semaphore,
    held: Held,
    /// Told when one that was being made is there or is not to come.
    made: Notify,
    runtime: Handle,
}

#[derive(Debug, Default)]
struct Ready {
    slots: VecDeque<Slot>,
    /// How many are being made to be ready.
    coming: usize,
    is_closed: bool,
}

impl Slots {
    /// Begins to make the first.
    pub(crate) fn new(host: Arc<Host>, wanted: Wanted) -> Arc<Self> {
        let slots = Arc::new(Self {
            host,
            wanted: Arc::new(wanted),
            ready: Mutex::default(),
            making: Semaphore::new(AT_ONCE),
            held: Held::default(),
            made: Notify::new(),
            runtime: Handle::current(),
        });
        slots.refill();
        slots
    }

    /// Where sandboxes are not as on Lambda.
    pub(crate) fn limits(&self) -> Vec<Limit> {
        self.host.limits(self.wanted.network.is_some())
    }

    /// A place that is ready, or a new one.
    pub(crate) async fn take(self: &Arc<Self>) -> io::Result<Slot> {
        let slot = self.lock().slots.pop_front();
        self.refill();
        match slot {
            Some(slot) => Ok(slot),
            None => self.make().await,
        }
    }

    /// Removes those that nobody took; those that are still made are removed once they are.
    pub(crate) fn close(&self) {
        let slots = {
            let mut ready = self.lock();
            ready.is_closed = true;
            std::mem::take(&mut ready.slots)
        };
        drop(slots);
    }

    /// Waits until none is made any more, once this is [closed](Self::close).
    pub(crate) async fn all_gone(&self) {
        loop {
            let mut made = std::pin::pin!(self.made.notified());
            made.as_mut().enable();
            if self.lock().coming == 0 {
                return;
            }
            made.await;
        }
    }

    async fn make(&self) -> io::Result<Slot> {
        // It is never closed.
        let _permit = self.making.acquire().await;
        Slot::new(self.host.clone(), self.wanted.clone(), &self.held).await
    }

    fn refill(self: &Arc<Self>) {
        let mut ready = self.lock();
        while !ready.is_closed && ready.slots.len() + ready.coming < AHEAD {
            ready.coming += 1;
            self.runtime.spawn(make_ready(Arc::downgrade(self)));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Ready> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn make_ready(slots: Weak<Slots>) {
    let Some(slots) = slots.upgrade() else { return };
    // Whoever needs a place and finds none sees the error.
    let made = slots.make().await;
    let unwanted = {
        let mut ready = slots.lock();
        ready.coming -= 1;
        match made {
            Ok(slot) if !ready.is_closed => {
                ready.slots.push_back(slot);
                None
            }
            made => made.ok(),
        }
    };
    drop(unwanted);
    slots.made.notify_waiters();
}
