//! A pool's state and what is done with it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use sqlx::{Connection as _, TransactionManager as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout, timeout_at};

use super::backend::Backend;
use super::clock::Moment;
use super::config::Config;
use super::connector::{Ask, Connector, Failure};
use super::deadline::note_refusal;
use super::error::{Error, Waited};
use super::freshness::{Verdict, judge};
use super::idle::{Held, Idle};
use super::keep::Keeper;
use super::reaper::Reaper;
use super::retry::Backoff;
use super::status::{Counter, Counters};
use crate::hooks;

/// Connections of a process that no loop limits, as sqlx has them.
const ON_A_SERVER: usize = 10;

pub(super) struct Inner<DB: Backend> {
    pub(super) config: Config,
    pub(super) connector: Connector<DB>,
    pub(super) idle: Idle<DB>,
    pub(super) counters: Counters,
    pub(super) keeper: Keeper,
    pub(super) reaper: Option<Reaper<DB>>,
    /// Held by who ends invocations.
    pub(super) ending: tokio::sync::Mutex<()>,
    slots: OnceLock<(Arc<Semaphore>, usize)>,
    is_closed: AtomicBool,
}

impl<DB: Backend> Inner<DB> {
    pub(super) fn new(
        config: Config,
        connector: Connector<DB>,
        reaper: Option<Reaper<DB>>,
    ) -> Arc<Self> {
        Arc::new(Self {
            keeper: Keeper::new(config.keep),
            config,
            connector,
            reaper,
            idle: Idle::new(),
            counters: Counters::default(),
            ending: tokio::sync::Mutex::new(()),
            slots: OnceLock::new(),
            is_closed: AtomicBool::new(false),
        })
    }

    /// A connection in working order, and the slot that it takes.
    pub(super) async fn get(
        &self,
        until: Instant,
    ) -> Result<(Held<DB>, OwnedSemaphorePermit), Error> {
        let asked = Instant::now();
        let got = self.find(asked, until).await;
        self.counters.get_us.time(asked.elapsed());
        match &got {
            Ok(_) => self.counters.gets.one(),
            Err(error) => {
                self.counters.failures.one();
                if error.retry_after().is_some() {
                    note_refusal();
                }
                tracing::warn!(target: "lambdafy::pool", %error, "no database connection");
            }
        }
        got
    }

    /// The same, of which [`RetryAfterLayer`](super::RetryAfterLayer) does not hear.
    pub(super) async fn find(
        &self,
        asked: Instant,
        until: Instant,
    ) -> Result<(Held<DB>, OwnedSemaphorePermit), Error> {
        let slot = self.slot(asked, until).await?;
        while let Some(held) = self.idle.take_newest() {
            if let Some(mut held) = self.checked(held).await {
                self.counters.reuses.one();
                held.was_kept = true;
                return Ok((held, slot));
            }
        }
        Ok((self.connect(asked, until).await?, slot))
    }

    async fn slot(&self, asked: Instant, until: Instant) -> Result<OwnedSemaphorePermit, Error> {
        let (slots, max_connections) = self.slots();
        if self.is_closed() {
            return Err(Error::Closed);
        }
        if let Ok(slot) = slots.clone().try_acquire_owned() {
            return Ok(slot);
        }
        self.counters.waits.one();
        match timeout_at(until, slots.clone().acquire_owned()).await {
            Ok(Ok(slot)) => Ok(slot),
            Ok(Err(_)) => Err(Error::Closed),
            Err(_) => {
                Err(Error::Exhausted { max_connections: *max_connections, waited: asked.elapsed() })
            }
        }
    }

    /// A slot if one is free, for work that need not be done now.
    pub(super) fn free_slot(&self) -> Option<OwnedSemaphorePermit> {
        self.slots().0.clone().try_acquire_owned().ok()
    }

    pub(super) fn in_use(&self) -> usize {
        self.slots.get().map_or(0, |(slots, max)| max.saturating_sub(slots.available_permits()))
    }

    fn slots(&self) -> &(Arc<Semaphore>, usize) {
        self.slots.get_or_init(|| {
            let usual = || hooks::concurrency().unwrap_or(ON_A_SERVER);
            let max = self.config.max_connections.unwrap_or_else(usual);
            (Arc::new(Semaphore::new(max)), max)
        })
    }

    /// The connection, if it can be given out.
    async fn checked(&self, mut held: Held<DB>) -> Option<Held<DB>> {
        let verdict = judge(&held, &self.config, Moment::now());
        let reason = match verdict {
            Verdict::Stale => &self.counters.closed_stale,
            Verdict::Dead => &self.counters.closed_dead,
            Verdict::Doubt if !self.answers(&mut held).await => &self.counters.closed_dead,
            Verdict::Fresh if !self.is_settled(&mut held).await => &self.counters.closed_broken,
            Verdict::Fresh | Verdict::Doubt => return Some(held),
        };
        reason.one();
        tracing::debug!(target: "lambdafy::pool", ?verdict, "a connection is replaced");
        None
    }

    /// Whether the server answers to a ping, before which sqlx sends what it still has to send.
    async fn answers(&self, held: &mut Held<DB>) -> bool {
        self.counters.pings.one();
        let used = Moment::now();
        let ping = timeout(self.config.ping_limit, held.connection.ping());
        let answers = matches!(ping.await, Ok(Ok(()))) && self.is_settled(held).await;
        held.used = used;
        answers
    }

    async fn is_settled(&self, held: &mut Held<DB>) -> bool {
        !unsettled(held) || self.settle(held).await
    }

    /// Ends the transaction that a connection was given back with; whether that went well.
    pub(super) async fn settle(&self, held: &mut Held<DB>) -> bool {
        self.counters.rollbacks.one();
        let settling = async {
            while DB::is_in_transaction(&held.connection) {
                DB::TransactionManager::rollback(&mut held.connection).await?;
            }
            // sqlx sends the rollback of a dropped transaction with the next statement.
            held.connection.ping().await
        };
        matches!(timeout(self.config.ping_limit, settling).await, Ok(Ok(())))
    }

    pub(super) async fn connect(&self, asked: Instant, until: Instant) -> Result<Held<DB>, Error> {
        let mut backoff = Backoff::new();
        let mut attempts = 0;
        let mut ask = Ask::Connect;
        let mut last = None;
        loop {
            attempts += 1;
            let failure = match timeout_at(until, self.connector.connect(&self.config, ask)).await {
                Ok(Ok(held)) => {
                    self.counters.connects.one();
                    return Ok(held);
                }
                Ok(Err(failure)) => failure,
                Err(_) => return Err(given_up(asked, attempts, last)),
            };
            match failure {
                Failure::Lasting(error) => return Err(error),
                Failure::Credentials(_) if self.connector.can_renew() && ask == Ask::Connect => {
                    ask = Ask::AfterRefusal;
                }
                Failure::Credentials(error) => return Err(Error::Refused(error)),
                Failure::Full(error) => {
                    self.counters.refusals.one();
                    last = Some((true, error));
                    self.reap(until).await;
                }
                Failure::Unreachable(error) => last = Some((false, error)),
            }
            let pause = backoff.pause();
            if Instant::now() + pause >= until {
                return Err(given_up(asked, attempts, last));
            }
            self.counters.retries.one();
            tokio::time::sleep(pause).await;
        }
    }

    async fn reap(&self, until: Instant) {
        let Some(reaper) = &self.reaper else { return };
        let evicted = timeout_at(until, reaper.reap(&self.config)).await.unwrap_or_default();
        self.counters.evicted.add(evicted);
    }

    /// Closes it as the server expects.
    pub(super) async fn close_one(&self, held: Held<DB>, reason: &Counter) {
        reason.one();
        let _ = timeout(self.config.ping_limit, held.connection.close()).await;
    }

    /// Closes what nobody uses.
    pub(super) async fn close_idle(&self) {
        // What is being reset is in nobody's list.
        let _one_at_a_time = self.ending.lock().await;
        for held in self.idle.take_all() {
            self.close_one(held, &self.counters.closed_with_pool).await;
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }

    pub(super) fn set_closed(&self) {
        self.is_closed.store(true, Ordering::Release);
        self.slots().0.close();
    }
}

/// Whether the connection was given back with a transaction, or with something that sqlx still has to send.
pub(super) fn unsettled<DB: Backend>(held: &Held<DB>) -> bool {
    held.needs_end && (DB::is_in_transaction(&held.connection) || held.connection.should_flush())
}

fn given_up(asked: Instant, attempts: u32, last: Option<(bool, sqlx::Error)>) -> Error {
    let is_full = matches!(last, Some((true, _)));
    let waited = Waited { waited: asked.elapsed(), attempts, last: last.map(|(_, error)| error) };
    if is_full { Error::Busy(waited) } else { Error::Unreachable(waited) }
}
