//! sqlx's own pool with hooks, for apps that keep its type.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use futures_util::future::BoxFuture;
use sqlx::Connection as _;
use sqlx::pool::PoolOptions;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

use super::backend::{Backend, ConnectOptions, Eviction, Session};
use super::config::Config;
use super::connector::{Connector, session};
use super::deadline::wait_until;
use super::freezes::Freezes;
use super::freshness::MARGIN;
use super::inner::Inner;
use crate::hooks::{self, InvocationHook};

/// So many sessions are ended when one is given up.
const VICTIMS: u32 = 3;
/// A task that was just spawned has begun after so many turns of the runtime.
const TURNS: usize = 3;

/// Makes sqlx's own pool fit for sandboxes, by one line.
pub trait PoolOptionsExt<DB: Backend> {
    /// A pool of sqlx's, which connects when it is first used, with hooks that limit each
    /// session, check a connection by its age on clocks that see a freeze and by a bounded ping,
    /// replace a dead one, reset it when it is given back, and keep or close it by the rule of
    /// `config`. Of these options, `max_connections` is set, and `min_connections`,
    /// `idle_timeout`, `max_lifetime` (timers, which stand still in a frozen sandbox) and
    /// `test_before_acquire` (a ping without a limit) are switched off.
    ///
    /// ```no_run
    /// use lambdafy::pool::{Config, PoolOptionsExt};
    /// use sqlx::postgres::PgPoolOptions;
    ///
    /// # fn main() -> Result<(), sqlx::Error> {
    /// let url = "postgres://app:secret@localhost/orders";
    /// let pool = PgPoolOptions::new().connect_in_sandboxes(Config::new(), url.parse()?);
    /// # let _: sqlx::PgPool = pool;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// What hooks can't do is a reason for [`Pool`](super::Pool): where sqlx itself connects,
    /// MySQL's "too many connections" is not tried again and waiting ends by `acquire_timeout`,
    /// not by the deadline; a second ping is sent when a connection is given back, by a task of
    /// sqlx's, for which the freeze is put off by one or two round trips more; `behind_proxy` has no
    /// effect on statements.
    fn connect_in_sandboxes(self, config: Config, options: ConnectOptions<DB>) -> sqlx::Pool<DB>;
}

impl<DB: Backend> PoolOptionsExt<DB> for PoolOptions<DB> {
    fn connect_in_sandboxes(self, config: Config, options: ConnectOptions<DB>) -> sqlx::Pool<DB> {
        let session = session::<DB>(&config, &options);
        let limited = DB::with_session(&options, &session);
        let connections = config.max_connections.or_else(hooks::concurrency).unwrap_or(10);
        let pool = Inner::new(config, Connector::<DB>::Fixed(options), None);
        let watch = Arc::new(Watch::new(pool, session, connections));
        let weak: Weak<Watch<DB>> = Arc::downgrade(&watch);
        hooks::add_invocation_hook(weak);
        let (connected, acquired, released) = (watch.clone(), watch.clone(), watch);
        self.max_connections(u32::try_from(connections).unwrap_or(u32::MAX))
            .min_connections(0)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .after_connect(move |connection, _| {
                let watch = connected.clone();
                Box::pin(async move { DB::start(connection, &watch.session).await })
            })
            .before_acquire(move |connection, idle| {
                let watch = acquired.clone();
                Box::pin(async move { watch.check(connection, idle.idle_for).await })
            })
            .after_release(move |connection, _| {
                let watch = released.clone();
                Box::pin(async move { watch.is_kept(connection).await })
            })
            .connect_lazy_with(limited)
    }
}

/// What the hooks of one pool share.
struct Watch<DB: Backend> {
    /// Makes the connections that replace dead ones; holds none itself.
    pool: Arc<Inner<DB>>,
    session: Session,
    has_one_connection: bool,
    /// Of the only connection.
    permit: Mutex<Option<u32>>,
    freezes: Mutex<Freezes>,
    /// Connections on their way back: before their transactions are over, and altogether.
    unsettled: AtomicUsize,
    returning: AtomicUsize,
    /// When sqlx has most likely pinged or closed the last one that came back.
    returned: Mutex<Instant>,
    changed: Notify,
}

impl<DB: Backend> Watch<DB> {
    fn new(pool: Arc<Inner<DB>>, session: Session, connections: usize) -> Self {
        Self {
            pool,
            session,
            has_one_connection: connections == 1,
            permit: Mutex::new(None),
            freezes: Mutex::new(Freezes::new()),
            unsettled: AtomicUsize::new(0),
            returning: AtomicUsize::new(0),
            returned: Mutex::new(Instant::now()),
            changed: Notify::new(),
        }
    }

    /// Replaces a connection that is dead or soon will be. sqlx would wait for the server's
    /// farewell.
    async fn check(
        &self,
        connection: &mut DB::Connection,
        idle_for: Duration,
    ) -> sqlx::Result<bool> {
        let config = &self.pool.config;
        let age = idle_for + self.lock_freezes().during_the_last(idle_for);
        let is_over = age + MARGIN >= config.lease;
        let is_in_doubt = age >= config.ping_after;
        if is_over || is_in_doubt && self.bounded(connection.ping()).await.is_err() {
            let until = wait_until(config);
            *connection = self.pool.connect(Instant::now(), until).await?.connection;
            *self.lock_permit() = None;
        }
        Ok(true)
    }

    /// Ends what the app has begun; whether the connection is kept.
    async fn is_kept(&self, connection: &mut DB::Connection) -> sqlx::Result<bool> {
        let _returning = Counted::new(&self.returning, &self.changed);
        let unsettled = Counted::new(&self.unsettled, &self.changed);
        self.lock_freezes().look();
        if connection.should_flush() {
            self.bounded(connection.ping()).await?;
        }
        drop(unsettled);
        let asked = Instant::now();
        let is_kept = self.is_parked(connection).await?;
        let round_trip = asked.elapsed();
        if !is_kept {
            self.make_room(connection).await?;
        }
        // sqlx's task goes on with a ping, or a farewell for whose answer it waits. If a freeze comes in
        // between, the answer is lost, and the next invocation waits for its repetition.
        let mut returned = self.lock_returned();
        // A session takes longer to end than to answer.
        let more = if is_kept { round_trip } else { round_trip * 2 };
        *returned = (Instant::now() + more).max(*returned);
        Ok(is_kept)
    }

    /// Resets the session, or asks whether it is there, which takes one round trip as well.
    async fn is_parked(&self, connection: &mut DB::Connection) -> sqlx::Result<bool> {
        let had = self.has_one_connection.then(|| *self.lock_permit()).flatten();
        let Some(question) = self.pool.keeper.question(had) else {
            return self.bounded(connection.ping()).await.map(|()| false);
        };
        let parked = self.bounded(DB::park(connection, &self.session, question)).await?;
        *self.lock_permit() = parked.permit;
        Ok(self.pool.keeper.is_kept(parked))
    }

    /// Ends what others have parked for too long, if that is wanted.
    async fn make_room(&self, connection: &mut DB::Connection) -> sqlx::Result<()> {
        if let Some(parked_for) = self.pool.config.evict_after {
            let eviction = Eviction { parked_for, most: VICTIMS };
            self.bounded(DB::evict(connection, &self.session, eviction)).await?;
        }
        Ok(())
    }

    async fn bounded<T>(&self, work: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
        match timeout(self.pool.config.ping_limit, work).await {
            Ok(done) => done,
            Err(_) => Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into()),
        }
    }

    fn lock_freezes(&self) -> MutexGuard<'_, Freezes> {
        self.freezes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_returned(&self) -> MutexGuard<'_, Instant> {
        self.returned.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_permit(&self) -> MutexGuard<'_, Option<u32>> {
        self.permit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `count` is 0. sqlx gives connections back in tasks, which must have begun.
    async fn wait(&self, count: &AtomicUsize) {
        for _ in 0..TURNS {
            tokio::task::yield_now().await;
        }
        let until = Instant::now() + self.pool.config.ping_limit;
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

impl<DB: Backend> InvocationHook for Watch<DB> {
    fn before_response(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.wait(&self.unsettled))
    }

    fn after_response(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            self.wait(&self.returning).await;
            let returned = *self.lock_returned();
            tokio::time::sleep_until(returned).await;
        })
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
