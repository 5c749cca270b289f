//! A transaction on a connection of its own.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

use sqlx::{Connection as _, TransactionManager};
use tokio::time::timeout;

use super::backend::Backend;
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
        DB::TransactionManager::begin(&mut connection, None).await?;
        Ok(Self { connection, is_open: true })
    }

    /// Makes what was done last.
    ///
    /// # Errors
    ///
    /// The server refuses it, and nothing was done; or the connection breaks, and nobody can say
    /// whether it was.
    pub async fn commit(mut self) -> sqlx::Result<()> {
        DB::TransactionManager::commit(&mut self.connection).await?;
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
    /// Whether the commit can be sent: the connection has not broken meanwhile, as far as is known.
    pub(super) async fn is_alive(&mut self, limit: Duration) -> bool {
        match self.connection.look() {
            Look::Quiet => true,
            Look::Closed => false,
            // More than a broken connection can be behind it, as a notice.
            Look::Unread | Look::Unknown => {
                matches!(timeout(limit, self.connection.ping()).await, Ok(Ok(())))
            }
        }
    }

    /// Takes back what was done; false if the connection has broken, so that the server does it.
    pub(super) async fn is_undone(&mut self, limit: Duration) -> bool {
        let rollback = DB::TransactionManager::rollback(&mut self.connection);
        let is_undone = matches!(timeout(limit, rollback).await, Ok(Ok(())));
        self.is_open = !is_undone;
        is_undone
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
