//! The pool as its users see it.

use std::fmt;
use std::future::Future;
use std::str::FromStr;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::time::Instant;

use super::backend::{Backend, ConnectOptions, is_gone, is_passing};
use super::config::Config;
use super::connection::Connection;
use super::connector::{Ask, Connector};
use super::deadline::wait_until;
use super::error::Error;
use super::inner::Inner;
use super::reaper::Reaper;
use super::retry::Backoff;
use super::status::Status;
use super::transaction::Transaction;
use crate::{BoxError, hooks};

/// Of the 300 ms that Lambda gives for everything.
const PATIENCE_AT_THE_END: Duration = Duration::from_millis(200);

/// Connections to one database; a clone is another handle of the same pool.
///
/// Statements can be run on the pool itself, as on sqlx's: `query.fetch_one(&pool)`.
pub struct Pool<DB: Backend>(Arc<Inner<DB>>);

impl<DB: Backend> Pool<DB>
where
    ConnectOptions<DB>: FromStr<Err = sqlx::Error>,
{
    /// A pool with the default [`Config`] for a URL as sqlx reads it; nothing is connected yet.
    ///
    /// # Errors
    ///
    /// The URL is none of this database system.
    pub fn new(url: &str) -> Result<Self, sqlx::Error> {
        Ok(Self::with(Config::new(), url.parse()?))
    }
}

impl<DB: Backend> Pool<DB> {
    /// A pool with a configuration and sqlx's connect options; nothing is connected yet.
    #[must_use]
    pub fn with(config: Config, options: ConnectOptions<DB>) -> Self {
        Self::made_of(config, Connector::Fixed(options), None)
    }

    /// A pool whose connect options are asked for before each connect: for IAM tokens, which last
    /// 15 minutes, and for passwords that are rotated. If the server refuses the user or the
    /// password, the provider is asked once more, with [`Ask::AfterRefusal`].
    ///
    /// ```no_run
    /// use lambdafy::pool::{Ask, Config, PgPool};
    /// # async fn secret(_: Ask) -> Result<String, lambdafy::BoxError> { Ok(String::new()) }
    ///
    /// let pool = PgPool::with_provider(Config::new(), |ask| async move {
    ///     let options: sqlx::postgres::PgConnectOptions = "postgres://app@db/orders".parse()?;
    ///     Ok(options.password(&secret(ask).await?))
    /// });
    /// ```
    #[must_use]
    pub fn with_provider<F, Fut>(config: Config, provider: F) -> Self
    where
        F: Fn(Ask) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<ConnectOptions<DB>, BoxError>> + Send + 'static,
    {
        Self::made_of(config, Connector::provider(provider), None)
    }

    /// A pool that makes room with a second account when the server is full: of sessions of the
    /// same application, those that have been parked for a second or more are ended, three at a
    /// time. The server must keep a slot for that account: cap the application's own account below
    /// `max_connections`.
    #[must_use]
    pub fn with_reaper(
        config: Config,
        options: ConnectOptions<DB>,
        reaper: ConnectOptions<DB>,
    ) -> Self {
        let reaper = Reaper::new(options.clone(), reaper);
        Self::made_of(config, Connector::Fixed(options), Some(reaper))
    }

    fn made_of(config: Config, connector: Connector<DB>, reaper: Option<Reaper<DB>>) -> Self {
        let inner = Inner::new(config, connector, reaper);
        let weak: Weak<Inner<DB>> = Arc::downgrade(&inner);
        hooks::add_invocation_hook(weak.clone());
        at_the_end(weak.clone());
        around_a_snapshot(weak);
        Self(inner)
    }

    /// A connection in working order: one that was kept, or a new one. If the server has no slot
    /// free, is starting or can't be reached, it is asked again until shortly before the
    /// invocation's deadline.
    ///
    /// # Errors
    ///
    /// See [`Error`]; what passes by itself has a [`retry_after`](Error::retry_after).
    pub async fn get(&self) -> Result<Connection<DB>, Error> {
        let (held, slot) = self.0.get(wait_until(&self.0.config)).await?;
        Ok(Connection::new(self.0.clone(), held, slot))
    }

    /// Begins a transaction on a connection of its own. A connection that breaks before the
    /// transaction has begun is replaced by another; for one that breaks later there is
    /// [`transaction`](Self::transaction).
    ///
    /// # Errors
    ///
    /// There is no connection, which [`Error::find`] tells, or the server refuses to begin.
    pub async fn begin(&self) -> sqlx::Result<Transaction<DB>> {
        self.begin_until(wait_until(&self.0.config)).await
    }

    pub(super) async fn begin_until(&self, until: Instant) -> sqlx::Result<Transaction<DB>> {
        let mut backoff = Backoff::new();
        loop {
            let (held, slot) = self.0.get(until).await?;
            // A kept connection may have been dead for long; who ends a new one goes on with it.
            let was_kept = held.was_kept;
            let pause = if was_kept { Duration::ZERO } else { backoff.pause() };
            match Transaction::begin(Connection::new(self.0.clone(), held, slot)).await {
                Err(error)
                    if is_gone::<DB>(&error)
                        && (was_kept || is_passing::<DB>(&error))
                        && Instant::now() + pause < until =>
                {
                    tokio::time::sleep(pause).await;
                }
                begun => return begun,
            }
        }
    }

    /// Connects and parks the connection, for a start-up that wants it done: the only one that a
    /// start-up needs. A pool that has a connection stays as it is.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub async fn warm(&self) -> Result<(), Error> {
        self.get().await.map(drop)
    }

    /// What the pool has done and holds.
    #[must_use]
    pub fn status(&self) -> Status {
        let mut status = self.0.counters.read();
        status.idle = u64::try_from(self.0.idle.len()).unwrap_or_default();
        status.in_use = u64::try_from(self.0.in_use()).unwrap_or_default();
        status
    }

    /// Closes the pool: nobody gets a connection any more, those that nobody uses are closed now,
    /// the others when they are given back.
    pub async fn close(&self) {
        self.0.close(Duration::ZERO).await;
    }

    /// Ends an invocation where lambdafy's loop does not: rolls back what was left open, resets
    /// the sessions, keeps or closes the connections. [`RetryAfterLayer::of`](super::RetryAfterLayer::of)
    /// does it for each request.
    pub async fn end_invocation(&self) {
        self.0.end().await;
    }

    pub(super) fn inner(&self) -> &Arc<Inner<DB>> {
        &self.0
    }
}

/// SIGTERM: the server hears that the sessions end.
fn at_the_end<DB: Backend>(pool: Weak<Inner<DB>>) {
    hooks::on_shutdown(move || async move {
        if let Some(pool) = pool.upgrade() {
            pool.close(PATIENCE_AT_THE_END).await;
        }
    });
}

/// SnapStart: no connection is in the snapshot; the restored sandboxes connect anew.
fn around_a_snapshot<DB: Backend>(pool: Weak<Inner<DB>>) {
    hooks::before_snapshot(move || async move {
        if let Some(pool) = pool.upgrade() {
            pool.close_idle().await;
        }
        Ok(())
    });
}

impl<DB: Backend> Clone for Pool<DB> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<DB: Backend> fmt::Debug for Pool<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("config", &self.0.config)
            .field("connector", &self.0.connector)
            .field("status", &self.status())
            .finish()
    }
}
