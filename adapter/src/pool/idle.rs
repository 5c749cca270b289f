//! The connections that nobody uses: plain data under a lock.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::backend::{Backend, Session};
use super::clock::Moment;
use super::socket::Socket;

/// A connection and what is known about it.
pub(super) struct Held<DB: Backend> {
    pub(super) connection: DB::Connection,
    pub(super) socket: Socket,
    pub(super) session: Session,
    /// When the server has certainly heard from it.
    pub(super) used: Moment,
    /// It was used, and its session is not reset yet.
    pub(super) needs_end: bool,
    /// It was used before it was given out.
    pub(super) was_kept: bool,
    /// It is not to be used again: it has broken, or what the server still answers is not known.
    pub(super) is_broken: bool,
    /// The permit that its session holds.
    pub(super) permit: Option<u32>,
}

pub(super) struct Idle<DB: Backend>(Mutex<VecDeque<Held<DB>>>);

impl<DB: Backend> Idle<DB> {
    pub(super) fn new() -> Self {
        Self(Mutex::new(VecDeque::new()))
    }

    pub(super) fn put(&self, held: Held<DB>) {
        self.lock().push_back(held);
    }

    /// The one that was used last.
    pub(super) fn take_newest(&self) -> Option<Held<DB>> {
        self.lock().pop_back()
    }

    /// One whose invocation has not ended yet and that is as `wanted`.
    pub(super) fn take_used(&self, wanted: impl Fn(&Held<DB>) -> bool) -> Option<Held<DB>> {
        let mut idle = self.lock();
        let place = idle.iter().position(|held| held.needs_end && wanted(held))?;
        idle.remove(place)
    }

    pub(super) fn take_all(&self) -> VecDeque<Held<DB>> {
        std::mem::take(&mut *self.lock())
    }

    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Held<DB>>> {
        // Only pushes and takes happen under the lock, so its content is whole after any panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
