//! Statements that take effect together or not at all.

use super::execute::{all, first, numbered, query};
use super::{Error, Row, Value};

/// A transaction; dropped without [`commit`](Self::commit) it is rolled back.
#[derive(Debug)]
pub enum Transaction {
    /// On SQLite.
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    /// On MySQL or MariaDB.
    MySql(sqlx::Transaction<'static, sqlx::MySql>),
    /// On PostgreSQL.
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

impl Transaction {
    /// All rows of a query.
    ///
    /// # Errors
    /// If the database refuses the statement or the connection is lost.
    pub async fn all(&mut self, sql: &str, arguments: Vec<Value>) -> Result<Vec<Row>, Error> {
        match self {
            Self::Sqlite(connection) => all(&mut **connection, sql, arguments).await,
            Self::MySql(connection) => all(&mut **connection, sql, arguments).await,
            Self::Postgres(connection) => all(&mut **connection, &numbered(sql), arguments).await,
        }
    }

    /// The first row of a query.
    ///
    /// # Errors
    /// As [`all`](Self::all).
    pub async fn first(&mut self, sql: &str, arguments: Vec<Value>) -> Result<Option<Row>, Error> {
        match self {
            Self::Sqlite(connection) => first(&mut **connection, sql, arguments).await,
            Self::MySql(connection) => first(&mut **connection, sql, arguments).await,
            Self::Postgres(connection) => first(&mut **connection, &numbered(sql), arguments).await,
        }
    }

    /// Runs a statement; the number of rows that it found.
    ///
    /// # Errors
    /// As [`all`](Self::all).
    pub async fn execute(&mut self, sql: &str, arguments: Vec<Value>) -> Result<u64, Error> {
        Ok(match self {
            Self::Sqlite(c) => query(sql, arguments).execute(&mut **c).await?.rows_affected(),
            Self::MySql(c) => query(sql, arguments).execute(&mut **c).await?.rows_affected(),
            Self::Postgres(c) => {
                query(&numbered(sql), arguments).execute(&mut **c).await?.rows_affected()
            }
        })
    }

    /// Makes all that was written visible to others.
    ///
    /// # Errors
    /// If the database can't; then nothing was written.
    pub async fn commit(self) -> Result<(), Error> {
        let committed = match self {
            Self::Sqlite(transaction) => transaction.commit().await,
            Self::MySql(transaction) => transaction.commit().await,
            Self::Postgres(transaction) => transaction.commit().await,
        };
        committed.map_err(Error::from)
    }
}
