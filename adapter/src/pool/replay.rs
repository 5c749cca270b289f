//! Work in a transaction that is done again if its connection breaks.

use futures_util::future::BoxFuture;
use tokio::time::{Instant, sleep};

use super::backend::Backend;
use super::deadline::wait_until;
use super::handle::Pool;
use super::retry::Backoff;
use super::transaction::Transaction;

impl<DB: Backend> Pool<DB> {
    /// Does some work in a transaction and commits it. If the connection breaks before the commit is
    /// sent, as in a restart or a failover of the server, the server undoes everything, and the work is
    /// done again on another connection, until shortly before the invocation's deadline.
    ///
    /// So the work may run more than once: what it does outside the transaction must bear that. On
    /// MySQL the same is true for statements that commit by themselves (`CREATE TABLE`) and for tables
    /// without transactions (MyISAM).
    ///
    /// It is written as for `transaction` of sqlx's connections: what the work needs is copied or cloned
    /// into it.
    ///
    /// ```no_run
    /// # async fn order(pool: lambdafy::pool::PgPool, item: i64) -> Result<(), sqlx::Error> {
    /// pool.transaction(|transaction| {
    ///     Box::pin(async move {
    ///         let taken = sqlx::query("UPDATE stock SET count = count - 1 WHERE item = $1");
    ///         taken.bind(item).execute(&mut **transaction).await?;
    ///         let ordered = sqlx::query("INSERT INTO orders (item) VALUES ($1)");
    ///         ordered.bind(item).execute(&mut **transaction).await?;
    ///         Ok(())
    ///     })
    /// })
    /// .await
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The work's own error, after a rollback; there is no connection, which [`Error::find`] tells; the
    /// commit fails. If the connection breaks in the commit itself, nobody can say whether it was done,
    /// so it is not done again.
    ///
    /// [`Error::find`]: super::Error::find
    pub async fn transaction<T, E, F>(&self, mut work: F) -> Result<T, E>
    where
        F: for<'t> FnMut(&'t mut Transaction<DB>) -> BoxFuture<'t, Result<T, E>>,
        E: From<sqlx::Error>,
    {
        let config = &self.inner().config;
        let until = wait_until(config);
        let mut backoff = Backoff::new();
        loop {
            let mut transaction = self.begin().await?;
            let done = work(&mut transaction).await;
            let pause = backoff.pause();
            let is_last = Instant::now() + pause >= until;
            match done {
                Ok(value) if is_last || transaction.is_alive(config.ping_limit).await => {
                    transaction.commit().await?;
                    return Ok(value);
                }
                Err(error) if is_last || transaction.is_undone(config.ping_limit).await => {
                    return Err(error);
                }
                Ok(_) | Err(_) => self.inner().counters.replays.one(),
            }
            drop(transaction);
            sleep(pause).await;
        }
    }
}
