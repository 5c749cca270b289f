//! Work in a transaction that is done again if its connection breaks.

use futures_util::future::BoxFuture;
use tokio::time::{Instant, sleep};

use super::backend::{Backend, Fate, Mark, is_gone, is_refusal};
use super::connection::Connection;
use super::deadline::wait_until;
use super::handle::Pool;
use super::retry::Backoff;
use super::transaction::Transaction;

/// Work is done again so often: what breaks each connection anew, as a statement that is too long for
/// the server, is to fail before the deadline. Waiting for a server that restarts is not counted.
const MOST: usize = 3;

impl<DB: Backend> Pool<DB> {
    /// Does some work in a transaction and commits it. If the connection breaks and the server undoes
    /// everything, as in a restart or a failover, the work is done again on another connection, up to
    /// three times and until shortly before the invocation's deadline.
    ///
    /// That goes for the commit, too, on PostgreSQL 15 and newer: if its answer is lost, the server is
    /// asked on another connection what became of the transaction (`txid_status`). To have its number,
    /// each transaction takes one round trip more, and a number also if it only reads. Only the same
    /// server is believed, and only if it has not crashed meanwhile; of its standbys it says nothing.
    /// MySQL and MariaDB can't be asked.
    ///
    /// So the work may run more than once: what it does outside the transaction must bear that, and
    /// so must what commits by itself: a `COMMIT` of its own, servers behind foreign tables, on MySQL
    /// statements such as `CREATE TABLE` and tables without transactions (MyISAM). A pause of more than
    /// [`Config::transaction_limit`](super::Config::transaction_limit) in it breaks the connection, too.
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
    /// commit fails. Where nobody can say whether a commit was done whose connection broke, the work is
    /// not done again.
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
            let is_last = || replays == MOST || Instant::now() + pause >= until;
            match done {
                Ok(value) => match self.commit(transaction, until).await {
                    Ok(()) => return Ok(value),
                    Err(failed) if !failed.is_undone || is_last() => {
                        return Err(failed.error.into());
                    }
                    Err(_) => {}
                },
                Err(error) if is_last() || !transaction.is_undone_by_the_server(limit).await => {
                    return Err(error);
                }
                Err(_) => drop(transaction),
            }
            replays += 1;
            self.inner().counters.replays.one();
            sleep(pause).await;
        }
    }

    async fn commit(
        &self,
        mut transaction: Transaction<DB>,
        until: Instant,
    ) -> Result<(), Uncommitted> {
        let mark = match transaction.mark(self.inner().config.ping_limit).await {
            Ok(mark) => mark,
            Err(error) => return Err(Uncommitted { is_undone: is_gone::<DB>(&error), error }),
        };
        match transaction.commit().await {
            Ok(()) => Ok(()),
            Err(error) if is_refusal::<DB>(&error) => Err(Uncommitted { error, is_undone: false }),
            Err(error) => match self.fate(mark, until).await {
                Fate::Committed => Ok(()),
                fate => Err(Uncommitted { error, is_undone: fate == Fate::Undone }),
            },
        }
    }

    /// What became of a transaction whose commit was not answered: asked on another connection, until
    /// the server knows it or the time is over.
    async fn fate(&self, mark: Option<Mark>, until: Instant) -> Fate {
        let Some(mark) = mark else { return Fate::Unknown };
        let limit = self.inner().config.ping_limit;
        let mut backoff = Backoff::new();
        loop {
            // Where there is none, nobody is to be told to try again.
            let Ok((held, slot)) = self.inner().find(Instant::now(), until).await else {
                return Fate::Unknown;
            };
            let mut connection = Connection::new(self.inner().clone(), held, slot);
            let asked = connection
                .or_broken(limit, async |connection| DB::fate(connection, &mark).await)
                .await;
            match asked {
                Some(Ok(Fate::Open)) | None => {}
                Some(Ok(fate)) => return fate,
                Some(Err(error)) if is_refusal::<DB>(&error) => return Fate::Unknown,
                Some(Err(_)) => {}
            }
            drop(connection);
            let pause = backoff.pause();
            if Instant::now() + pause >= until {
                return Fate::Unknown;
            }
            sleep(pause).await;
        }
    }
}

/// A commit that failed.
struct Uncommitted {
    error: sqlx::Error,
    /// Because of the connection, and the server has undone the work, so that it can be done again.
    is_undone: bool,
}
