//! One interface to SQLite, MySQL or MariaDB, and PostgreSQL.
//!
//! Statements are written once, with `?` for each parameter, in SQL that all three read. Columns are
//! of two types only, 64-bit integers and text, so that the same row is the same everywhere: times
//! are Unix milliseconds, flags are 0 or 1, lists are JSON.

mod error;
mod execute;
mod migrate;
mod row;
mod transaction;
mod value;

pub use error::{Error, ErrorKind};
pub use row::Row;
pub use transaction::Transaction;
pub use value::Value;

use sqlx::{MySqlPool, PgPool, SqlitePool};

use execute::Session;

/// The blog's database: a pool of one of three kinds.
///
/// Its makers hand in a pool of their own, with whatever options and hooks it needs where they run.
#[derive(Clone, Debug)]
pub struct Database {
    pool: Pool,
}

#[derive(Clone, Debug)]
enum Pool {
    Sqlite(SqlitePool),
    MySql(MySqlPool),
    Postgres(PgPool),
}

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// SQLite: a file.
    Sqlite,
    /// MySQL or MariaDB.
    MySql,
    /// PostgreSQL.
    Postgres,
}

impl Database {
    /// Which database it is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.pool {
            Pool::Sqlite(_) => Engine::Sqlite,
            Pool::MySql(_) => Engine::MySql,
            Pool::Postgres(_) => Engine::Postgres,
        }
    }

    /// All rows of a query.
    ///
    /// # Errors
    /// If there is no connection, or the database refuses the statement.
    pub async fn all(&self, sql: &str, arguments: Vec<Value>) -> Result<Vec<Row>, Error> {
        self.session().await?.all(sql, arguments).await
    }

    /// The first row of a query.
    ///
    /// # Errors
    /// As [`all`](Self::all).
    pub async fn first(&self, sql: &str, arguments: Vec<Value>) -> Result<Option<Row>, Error> {
        self.session().await?.first(sql, arguments).await
    }

    /// Runs a statement that stands alone; the number of rows that it found.
    ///
    /// # Errors
    /// As [`all`](Self::all).
    pub async fn execute(&self, sql: &str, arguments: Vec<Value>) -> Result<u64, Error> {
        self.session().await?.execute(sql, arguments).await
    }

    /// Begins a transaction, which is rolled back unless it is committed.
    ///
    /// # Errors
    /// If there is no connection.
    pub async fn begin(&self) -> Result<Transaction, Error> {
        // SQLite takes the write lock at once: a transaction that reads first and writes later
        // could otherwise fail in the middle.
        Ok(match &self.pool {
            Pool::Sqlite(pool) => Transaction::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?),
            Pool::MySql(pool) => Transaction::MySql(pool.begin().await?),
            Pool::Postgres(pool) => Transaction::Postgres(pool.begin().await?),
        })
    }

    /// Closes all connections.
    pub async fn close(&self) {
        match &self.pool {
            Pool::Sqlite(pool) => pool.close().await,
            Pool::MySql(pool) => pool.close().await,
            Pool::Postgres(pool) => pool.close().await,
        }
    }

    async fn session(&self) -> Result<Session, Error> {
        Ok(match &self.pool {
            Pool::Sqlite(pool) => Session::Sqlite(pool.acquire().await?),
            Pool::MySql(pool) => Session::MySql(pool.acquire().await?),
            Pool::Postgres(pool) => Session::Postgres(pool.acquire().await?),
        })
    }
}

impl From<SqlitePool> for Database {
    fn from(pool: SqlitePool) -> Self {
        Self { pool: Pool::Sqlite(pool) }
    }
}

impl From<MySqlPool> for Database {
    fn from(pool: MySqlPool) -> Self {
        Self { pool: Pool::MySql(pool) }
    }
}

impl From<PgPool> for Database {
    fn from(pool: PgPool) -> Self {
        Self { pool: Pool::Postgres(pool) }
    }
}
