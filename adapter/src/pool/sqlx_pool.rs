//! sqlx's own pool with hooks, for apps that keep its type.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::Duration;

use futures_util::future::BoxFuture;
use sqlx::Connection as _;
use sqlx::pool::{PoolConnectionMetadata, PoolOptions};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

use super::backend::{Backend, Eviction, Session};
use super::clock::Moment;
use super::config::Config;
use super::connector::session;
use super::freshness::MARGIN;
use super::keep::Keeper;
use crate::hooks::{self, InvocationHook};

/// So many sessions are ended when one is given up.
const VICTIMS: u32 = 3;
/// A task that was just spawned has begun after so many turns of the runtime.
const TURNS: usize = 3;

/// Makes sqlx's own pool fit for sandboxes, by one line.
pub trait PoolOptionsExt: Sized {
    /// With hooks that limit each session, check a connection by its age on clocks that see a
    /// freeze and by a bounded ping, reset it when it is given back, and keep or close it by the
    /// rule of `config`. Sets `max_connections`, and switches off `min_connections`,
    /// `idle_timeout`, `max_lifetime` (timers, which stand still in a frozen sandbox) and
    /// `test_before_acquire` (a ping without a limit).
    ///
    /// ```no_run
    /// use lambdafy::pool::{Config, PoolOptionsExt};
    /// use sqlx::postgres::PgPoolOptions;
    ///
    /// # fn main() -> Result<(), sqlx::Error> {
    /// let pool = PgPoolOptions::new()
    ///     .for_sandboxes(&Config::new())
    ///     .connect_lazy("postgres://app:secret@localhost/orders")?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// What hooks can't do is a reason for [`Pool`](super::Pool): MySQL's "too many connections"
    /// is not tried again, waiting ends by `acquire_timeout` and not by the deadline, and
    /// `behind_proxy` and a reaper are not to be had.
    #[must_use]
    fn for_sandboxes(self, config: &Config) -> Self;
}

impl<DB: Backend> PoolOptionsExt for PoolOptions<DB> {
    fn for_sandboxes(self, config: &Config) -> Self {
        let usual = || hooks::concurrency().unwrap_or(10);
        let connections = config.max_connections.unwrap_or_else(usual);
        let watch = Arc::new(Watch::new(config.clone(), connections));
        let weak: Weak<Watch> = Arc::downgrade(&watch);
        hooks::add_invocation_hook(weak);
        let (connected, acquired, released) = (watch.clone(), watch.clone(), watch);
        self.max_connections(u32::try_from(connections).unwrap_or(u32::MAX))
            .min_connections(0)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .after_connect(move |connection, _| {
                let watch = connected.clone();
                Box::pin(async move { DB::start(connection, watch.session::<DB>()).await })
            })
            .before_acquire(move |connection, idle| {
                let watch = acquired.clone();
                Box::pin(async move { watch.is_fit::<DB>(connection, &idle).await })
            })
            .after_release(move |connection, _| {
                let watch = released.clone();
                Box::pin(async move { watch.is_kept::<DB>(connection).await })
            })
    }
}

/// What the hooks of one pool share.
struct Watch {
    config: Config,
    session: OnceLock<Session>,
    keeper: Keeper,
    has_one_connection: bool,
    /// Of the only connection.
    permit: Mutex<Option<u32>>,
    freezes: Mutex<Freezes>,
    /// Connections on their way back: before their transactions are over, and altogether.
    unsettled: AtomicUsize,
    returning: AtomicUsize,
    changed: Notify,
}

impl Watch {
    fn new(config: Config, connections: usize) -> Self {
        Self {
            keeper: Keeper::new(config.keep),
            config,
            session: OnceLock::new(),
            has_one_connection: connections == 1,
            permit: Mutex::new(None),
            freezes: Mutex::new(Freezes { seen: Moment::now(), noticed: VecDeque::new() }),
            unsettled: AtomicUsize::new(0),
            returning: AtomicUsize::new(0),
            changed: Notify::new(),
        }
    }

    fn session<DB: Backend>(&self) -> &Session {
        self.session.get_or_init(|| session::<DB>(&self.config, None))
    }

    /// Whether a connection that was idle may be given out; an error closes it without a word.
    async fn is_fit<DB: Backend>(
        &self,
        connection: &mut DB::Connection,
        idle: &PoolConnectionMetadata,
    ) -> sqlx::Result<bool> {
        let age = idle.idle_for + self.lock_freezes().during_the_last(idle.idle_for);
        if age + MARGIN >= self.config.lease {
            return Ok(false);
        }
        if age >= self.config.ping_after {
            bounded(self.config.ping_limit, connection.ping()).await?;
        }
        Ok(true)
    }

    /// Ends what the app has begun; whether the connection is kept.
    async fn is_kept<DB: Backend>(&self, connection: &mut DB::Connection) -> sqlx::Result<bool> {
        let _returning = Counted::new(&self.returning, &self.changed);
        let unsettled = Counted::new(&self.unsettled, &self.changed);
        self.lock_freezes().look();
        if connection.should_flush() {
            bounded(self.config.ping_limit, connection.ping()).await?;
        }
        drop(unsettled);
        let had = self.has_one_connection.then(|| *self.lock_permit()).flatten();
        let kept = match self.keeper.question(had) {
            Some(question) => {
                let park = DB::park(connection, self.session::<DB>(), question);
                let parked = bounded(self.config.ping_limit, park).await?;
                *self.lock_permit() = parked.permit;
                self.keeper.is_kept(parked)
            }
            None => false,
        };
        if let (false, Some(parked_for)) = (kept, self.config.evict_after) {
            let eviction = Eviction { parked_for, most: VICTIMS };
            let evict = DB::evict(connection, self.session::<DB>(), eviction);
            bounded(self.config.ping_limit, evict).await?;
        }
        Ok(kept)
    }

    fn lock_freezes(&self) -> std::sync::MutexGuard<'_, Freezes> {
        self.freezes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_permit(&self) -> std::sync::MutexGuard<'_, Option<u32>> {
        self.permit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `count` is 0. sqlx gives connections back in tasks, which must have begun.
    async fn wait(&self, count: &AtomicUsize) {
        for _ in 0..TURNS {
            tokio::task::yield_now().await;
        }
        let until = Instant::now() + self.config.ping_limit;
        while count.load(Ordering::Acquire) > 0 {
            let changed = self.changed.notified();
            if count.load(Ordering::Acquire) == 0
                || tokio::time::timeout_at(until, changed).await.is_err()
            {
                return;
            }
        }
    }
}

impl InvocationHook for Watch {
    fn before_response(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.wait(&self.unsettled))
    }

    fn after_response(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.wait(&self.returning))
    }
}

/// Counts something as long as it lives.
struct Counted<'w>(&'w AtomicUsize, &'w Notify);

impl<'w> Counted<'w> {
    fn new(count: &'w AtomicUsize, changed: &'w Notify) -> Self {
        count.fetch_add(1, Ordering::AcqRel);
        Self(count, changed)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
        self.1.notify_waiters();
    }
}

/// Times that sqlx's clock has not seen.
struct Freezes {
    seen: Moment,
    /// When each was noticed, and how long it was.
    noticed: VecDeque<(Instant, Duration)>,
}

impl Freezes {
    /// Notices a freeze since the last look.
    fn look(&mut self) {
        let now = Moment::now();
        let frozen = now.since(self.seen).saturating_sub(now.monotonic_since(self.seen));
        self.seen = now;
        if frozen > Duration::ZERO {
            self.noticed.push_back((Instant::now(), frozen));
        }
    }

    /// How much of the time was frozen that `span` has not seen; forgets what was before it only
    /// when there is much of it, since another connection may be idle for longer.
    fn during_the_last(&mut self, span: Duration) -> Duration {
        const MOST: usize = 64;
        self.look();
        while self.noticed.len() > MOST {
            self.noticed.pop_front();
        }
        let noticed = self.noticed.iter().rev();
        noticed.take_while(|(when, _)| when.elapsed() <= span).map(|(_, frozen)| *frozen).sum()
    }
}

async fn bounded<T>(
    limit: Duration,
    work: impl Future<Output = sqlx::Result<T>>,
) -> sqlx::Result<T> {
    match timeout(limit, work).await {
        Ok(done) => done,
        Err(_) => Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into()),
    }
}
