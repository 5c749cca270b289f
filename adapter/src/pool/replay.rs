//! Work in a transaction that is done again if its connection breaks.

use futures_util::future::BoxFuture;
use tokio::time::{Instant, sleep};

use super::backend::Backend;
use super::deadline::wait_until;
use super::handle::Pool;
use super::retry::Backoff;
use super::transaction::Transaction;

/// Work is done again so often: what breaks each connection anew, as a statement that is too long for
/// the server, is to fail before the deadline. Waiting for a server that restarts is not counted.
const MOST: usize = 3;

impl<DB: Backend> Pool<DB> {
    /// Does some work in a transaction and commits it. If the connection breaks before the commit is
    /// sent, as in a restart or a failover of the server, the server undoes everything, and the work is
    /// done again on another connection, up to three times and until shortly before the invocation's
    /// deadline.
    ///
    /// So the work may run more than once: what it does outside the transaction must bear that, and on
    /// MySQL also statements that commit by themselves (`CREATE TABLE`) and tables without transactions
    /// (MyISAM). A pause of more than [`Config::transaction_limit`](super::Config::transaction_limit) in
    /// it breaks the connection, too.
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
        let limit = self.inner().config.ping_limit;
        let until = wait_until(&self.inner().config);
        let mut backoff = Backoff::new();
        let mut replays = 0;
        loop {
            let mut transaction = self.begin_until(until).await?;
            let done = work(&mut transaction).await;
            let pause = backoff.pause();
            let is_last = replays == MOST || Instant::now() + pause >= until;
            match done {
                Ok(value) if is_last || transaction.is_alive(limit).await => {
                    transaction.commit().await?;
                    return Ok(value);
                }
                Err(error) if is_last || !transaction.is_undone_by_the_server(limit).await => {
                    return Err(error);
                }
                Ok(_) | Err(_) => {}
            }
            drop(transaction);
            replays += 1;
            self.inner().counters.replays.one();
            sleep(pause).await;
        }
    }
}
