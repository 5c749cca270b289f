//! A transaction on a connection of its own.

use std::fmt;
use std::io::ErrorKind;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

use sqlx::{Connection as _, TransactionManager};

use super::backend::{Backend, Mark, is_gone};
use super::connection::Connection;
use super::socket::Look;

/// A transaction that [`Pool::begin`](super::Pool::begin) has begun.
///
/// It derefs to sqlx's connection, as sqlx's own transaction does. One that is dropped without
/// [`commit`](Self::commit) is rolled back before the invocation's answer is posted.
pub struct Transaction<DB: Backend> {
    connection: Connection<DB>,
    is_open: bool,
}

impl<DB: Backend> Transaction<DB> {
    pub(super) async fn begin(mut connection: Connection<DB>) -> sqlx::Result<Self> {
        connection
            .whole(async |connection| DB::TransactionManager::begin(connection, None).await)
            .await?;
        Ok(Self { connection, is_open: true })
    }

    /// Makes what was done last.
    ///
    /// # Errors
    ///
    /// The server refuses it, or a transaction within this one is still open, and nothing was done; or
    /// the connection breaks, and nobody can say whether it was.
    pub async fn commit(mut self) -> sqlx::Result<()> {
        self.must_be_outermost()?;
        let commit = async |connection: &mut _| DB::TransactionManager::commit(connection).await;
        self.connection.whole(commit).await?;
        self.is_open = false;
        Ok(())
    }

    /// Takes back what was done.
    ///
    /// # Errors
    ///
    /// The connection breaks; the server then takes it back.
    pub async fn rollback(mut self) -> sqlx::Result<()> {
        DB::TransactionManager::rollback(&mut self.connection).await?;
        self.is_open = false;
        Ok(())
    }
}

impl<DB: Backend> Transaction<DB> {
    /// By what the server finds the transaction later, if it gives anything: asked right before the
    /// commit, so that an error says that nothing is done.
    pub(super) async fn mark(&mut self, limit: Duration) -> sqlx::Result<Option<Mark>> {
        self.must_be_outermost()?;
        if !self.is_alive(limit).await {
            return Err(sqlx::Error::Io(ErrorKind::ConnectionReset.into()));
        }
        self.connection.whole(async |connection| DB::mark(connection).await).await
    }

    /// sqlx would end the innermost only; and has rolled back everything if it was interrupted where
    /// one began.
    fn must_be_outermost(&self) -> sqlx::Result<()> {
        match self.depth() {
            1 => Ok(()),
            0 => Err(sqlx::Error::Protocol("the transaction has been rolled back already".into())),
            _ => Err(sqlx::Error::Protocol("a transaction within this one is still open".into())),
        }
    }

    fn depth(&self) -> usize {
        DB::TransactionManager::get_transaction_depth(&self.connection)
    }

    /// Whether the connection has not broken meanwhile, as far as is known.
    async fn is_alive(&mut self, limit: Duration) -> bool {
        match self.connection.look() {
            Look::Quiet => true,
            Look::Closed => false,
            // More than a broken connection can be behind it, as a notice.
            Look::Unread | Look::Unknown => {
                let pinged =
                    self.connection.or_broken(limit, async |connection| connection.ping().await);
                matches!(pinged.await, Some(Ok(())))
            }
        }
    }

    /// Takes back what was done; true if the connection has broken instead, so that the server does it.
    /// After a rollback that takes long or fails, which is not that, nobody uses the connection again.
    pub(super) async fn is_undone_by_the_server(&mut self, limit: Duration) -> bool {
        if self.depth() == 0 {
            // What came after its end was committed statement by statement.
            return false;
        }
        if self.connection.look() == Look::Closed {
            return true;
        }
        let rollback = self.connection.or_broken(limit, async |connection| {
            DB::TransactionManager::rollback(connection).await
        });
        let rolled_back = rollback.await;
        self.is_open = !matches!(rolled_back, Some(Ok(())));
        matches!(rolled_back, Some(Err(error)) if is_gone::<DB>(&error))
    }
}

impl<DB: Backend> Drop for Transaction<DB> {
    fn drop(&mut self) {
        if self.is_open {
            // Sent at the end of the invocation, or with the connection's next statement.
            DB::TransactionManager::start_rollback(&mut self.connection);
        }
    }
}

impl<DB: Backend> Deref for Transaction<DB> {
    type Target = DB::Connection;

    fn deref(&self) -> &DB::Connection {
        &self.connection
    }
}

impl<DB: Backend> DerefMut for Transaction<DB> {
    fn deref_mut(&mut self) -> &mut DB::Connection {
        &mut self.connection
    }
}

impl<DB: Backend> fmt::Debug for Transaction<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").field("connection", &self.connection).finish_non_exhaustive()
    }
}
