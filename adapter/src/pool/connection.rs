//! A connection in use.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

use scopeguard::ScopeGuard;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use super::backend::{Backend, Session, is_gone, is_refusal};
use super::idle::Held;
use super::inner::Inner;
use super::socket::Look;

/// A connection of a [`Pool`](super::Pool), which gets it back when this is dropped.
///
/// It derefs to sqlx's own connection, so whatever takes one takes `&mut *connection`: queries,
/// `begin`, macros. What was left open is rolled back before the invocation's answer is posted;
/// what was set in the session is reset after that.
pub struct Connection<DB: Backend> {
    held: ScopeGuard<Held<DB>, GiveBack<DB>>,
    pool: Arc<Inner<DB>>,
}

type GiveBack<DB> = Box<dyn FnOnce(Held<DB>) + Send + Sync>;

impl<DB: Backend> Connection<DB> {
    pub(super) fn new(
        pool: Arc<Inner<DB>>,
        mut held: Held<DB>,
        slot: OwnedSemaphorePermit,
    ) -> Self {
        held.needs_end = true;
        let owner = pool.clone();
        let give_back: GiveBack<DB> = Box::new(move |held| {
            owner.take_back(held);
            drop(slot);
        });
        Self { held: scopeguard::guard(held, give_back), pool }
    }

    pub(super) fn session(&self) -> &Session {
        &self.held.session
    }

    /// Takes note of a statement's error: a server says why it goes a moment before the socket is
    /// closed, and somebody may try again within it.
    pub(super) fn failed(&mut self, error: sqlx::Error) -> sqlx::Error {
        if is_gone::<DB>(&error) {
            self.held.is_broken = true;
        }
        error
    }

    /// Does something with the connection after which nobody uses it again, unless it goes well within
    /// the time: of what was given up half-way, an answer may still come. That holds, too, if this itself
    /// is given up.
    pub(super) async fn or_broken<T>(
        &mut self,
        limit: Duration,
        work: impl AsyncFnOnce(&mut DB::Connection) -> sqlx::Result<T>,
    ) -> Option<sqlx::Result<T>> {
        self.held.is_broken = true;
        let done = timeout(limit, work(&mut self.held.connection)).await.ok();
        self.held.is_broken = !matches!(done, Some(Ok(_)));
        done
    }

    /// Does something with the connection after which nobody uses it again, unless it is done or the
    /// server refuses it: if this is given up half-way, nobody knows what the server has done.
    pub(super) async fn whole<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut DB::Connection) -> sqlx::Result<T>,
    ) -> sqlx::Result<T> {
        self.held.is_broken = true;
        let done = work(&mut self.held.connection).await;
        self.held.is_broken = matches!(&done, Err(error) if !is_refusal::<DB>(error));
        done
    }

    pub(super) fn look(&self) -> Look {
        self.held.socket.look()
    }

    /// Closes the connection instead of giving it back: for a session in a state that no reset
    /// undoes, such as MySQL's temporary tables and user variables.
    pub async fn close(self) {
        let held = ScopeGuard::into_inner(self.held);
        self.pool.close_one(held, &self.pool.counters.closed_unkept).await;
    }
}

impl<DB: Backend> Deref for Connection<DB> {
    type Target = DB::Connection;

    fn deref(&self) -> &DB::Connection {
        &self.held.connection
    }
}

impl<DB: Backend> DerefMut for Connection<DB> {
    fn deref_mut(&mut self) -> &mut DB::Connection {
        &mut self.held.connection
    }
}

impl<DB: Backend> AsMut<DB::Connection> for Connection<DB> {
    fn as_mut(&mut self) -> &mut DB::Connection {
        self
    }
}

impl<DB: Backend> fmt::Debug for Connection<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("session", &self.held.session).finish_non_exhaustive()
    }
}
