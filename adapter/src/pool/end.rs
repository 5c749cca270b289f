//! The end of an invocation: transactions are rolled back before its answer is posted, sessions
//! are reset and kept or closed after that.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::time::{Instant, timeout};

use super::backend::{Backend, Eviction};
use super::clock::Moment;
use super::idle::Held;
use super::inner::{Inner, unsettled};
use crate::hooks::{self, InvocationHook};

/// So many parked sessions are ended by one invocation's end.
const VICTIMS: u32 = 3;

impl<DB: Backend> InvocationHook for Inner<DB> {
    fn before_response(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.roll_back())
    }

    fn after_response(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.end())
    }
}

impl<DB: Backend> Inner<DB> {
    /// Takes back a connection that its user has done with.
    pub(super) fn take_back(self: &Arc<Self>, held: Held<DB>) {
        if self.is_closed() {
            self.counters.closed_with_pool.one();
            return;
        }
        if held.is_broken {
            return self.counters.closed_broken.one();
        }
        self.idle.put(held);
        if hooks::has_loop() {
            return;
        }
        // Nobody will say when the request ends.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let inner = self.clone();
            runtime.spawn(async move { inner.end().await });
        }
    }

    /// Rolls back what was left open, so that no row stays locked in a frozen sandbox.
    pub(super) async fn roll_back(&self) {
        loop {
            // Who waits for a slot gets the connection as it is, and settles it.
            let Some(_slot) = self.free_slot() else { return };
            let Some(mut held) = self.idle.take_used(unsettled) else { return };
            if self.settle(&mut held).await {
                self.idle.put(held);
            } else {
                self.counters.closed_broken.one();
            }
        }
    }

    /// Resets and keeps, or closes, all connections that were used.
    pub(super) async fn end(&self) {
        let _one_at_a_time = self.ending.lock().await;
        let started = Instant::now();
        loop {
            let Some(_slot) = self.free_slot() else { break };
            let Some(held) = self.idle.take_used(|_| true) else { break };
            self.end_one(held).await;
        }
        self.counters.after_us.time(started.elapsed());
    }

    async fn end_one(&self, mut held: Held<DB>) {
        let counters = &self.counters;
        if unsettled(&held) && !self.settle(&mut held).await {
            return counters.closed_broken.one();
        }
        if self.config.behind_proxy {
            held.needs_end = false;
            return self.idle.put(held);
        }
        let Some(question) = self.keeper.question(held.permit) else {
            return self.give_up(held).await;
        };
        let used = Moment::now();
        let park = DB::park(&mut held.connection, &held.session, question);
        let parked = match timeout(self.config.ping_limit, park).await {
            Ok(Ok(parked)) => parked,
            failed => {
                tracing::debug!(target: "lambdafy::pool", ?failed, "a session could not be reset");
                return counters.closed_broken.one();
            }
        };
        if parked.rolled_back {
            counters.rollbacks.one();
        }
        if !self.keeper.is_kept(parked) {
            return self.give_up(held).await;
        }
        held.permit = parked.permit;
        held.used = used;
        held.needs_end = false;
        self.idle.put(held);
    }

    /// Closes a connection that is not kept; before that it may make room for others.
    async fn give_up(&self, mut held: Held<DB>) {
        if let Some(parked_for) = self.config.evict_after {
            let eviction = Eviction { parked_for, most: VICTIMS };
            let evict = DB::evict(&mut held.connection, &held.session, eviction);
            let evicted = timeout(self.config.ping_limit, evict).await;
            self.counters.evicted.add(evicted.ok().and_then(Result::ok).unwrap_or_default());
        }
        self.close_one(held, &self.counters.closed_unkept).await;
    }

    /// Waits for a moment until what is in use is given back, then closes everything.
    pub(super) async fn close(&self, patience: Duration) {
        let until = Instant::now() + patience;
        self.set_closed();
        self.close_idle().await;
        while self.in_use() > 0 && Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
