//! The two statements, for both database systems.

use std::str::FromStr;

use lambdafy::pool::{Backend, ConnectOptions};
use sqlx::{MySql, MySqlConnection, PgConnection, Postgres};

/// A database system.
pub(crate) trait Database: Backend {
    /// Its connect options.
    fn options(url: &str) -> sqlx::Result<ConnectOptions<Self>>;

    /// Reads a row and writes one.
    fn work(
        connection: &mut Self::Connection,
        number: u32,
    ) -> impl Future<Output = sqlx::Result<()>> + Send;
}

impl Database for Postgres {
    fn options(url: &str) -> sqlx::Result<ConnectOptions<Self>> {
        ConnectOptions::<Self>::from_str(url)
    }

    async fn work(connection: &mut PgConnection, number: u32) -> sqlx::Result<()> {
        let number = i64::from(number);
        let sql = "SELECT text FROM texts WHERE id = $1";
        let _: String = sqlx::query_scalar(sql).bind(1).fetch_one(&mut *connection).await?;
        let sql = "INSERT INTO written (number) VALUES ($1)";
        sqlx::query(sql).bind(number).execute(connection).await.map(drop)
    }
}

impl Database for MySql {
    fn options(url: &str) -> sqlx::Result<ConnectOptions<Self>> {
        ConnectOptions::<Self>::from_str(url)
    }

    async fn work(connection: &mut MySqlConnection, number: u32) -> sqlx::Result<()> {
        let sql = "SELECT text FROM texts WHERE id = ?";
        let _: String = sqlx::query_scalar(sql).bind(1).fetch_one(&mut *connection).await?;
        let sql = "INSERT INTO written (number) VALUES (?)";
        sqlx::query(sql).bind(number).execute(connection).await.map(drop)
    }
}
