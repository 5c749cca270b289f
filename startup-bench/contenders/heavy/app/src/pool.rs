//! Connections to PostgreSQL.

use anyhow::{Context, bail};
use reqwest::Url;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::Error;

pub use sqlx::PgPool as Pool;

static MIGRATIONS: Migrator = sqlx::migrate!();

/// Opens a pool with its first connection.
///
/// # Errors
/// If the server can't be reached.
pub async fn connect(url: &str) -> Result<Pool, Error> {
    let pool = PgPoolOptions::new().max_connections(5).connect(url).await;
    pool.context("can't connect to PostgreSQL")
}

/// A pool of one connection, which is made when it is first asked for: as many as a sandbox has requests
/// at a time. It is not asked whether it still works each time that it is taken out, which is a round
/// trip.
///
/// # Errors
/// If it is no URL of PostgreSQL, or its certificate can't be read.
pub fn of_one(url: &str) -> Result<Pool, Error> {
    let mut connect: PgConnectOptions = url.parse().context("the database's URL")?;
    // sqlx would read it in a thread of its own.
    let parts = Url::parse(url).context("the database's URL")?;
    if let Some((_, path)) = parts.query_pairs().find(|(name, _)| name == "sslrootcert") {
        let certificate = std::fs::read(&*path).with_context(|| format!("can't read {path}"))?;
        connect = connect.ssl_root_cert_from_pem(certificate);
    }
    let options = PgPoolOptions::new().max_connections(1).test_before_acquire(false);
    Ok(options.connect_lazy_with(connect))
}

/// Applies the migrations that are missing.
///
/// # Errors
/// If one fails, or the database has others.
pub async fn migrate(pool: &Pool) -> Result<(), Error> {
    MIGRATIONS.run(pool).await.context("the migrations")
}

/// The query for the newest migration that the database has: what [`migrate`] asks takes more.
pub(crate) const NEWEST_MIGRATION: &str = "SELECT max(version) FROM _sqlx_migrations WHERE success";

/// Looks whether that is the newest that this program has: they are applied at deploy time.
///
/// # Errors
/// If it is an older one.
pub(crate) fn check(applied: Option<i64>) -> Result<(), Error> {
    let newest = MIGRATIONS.iter().map(|migration| migration.version).max();
    if applied < newest {
        bail!("the database is at migration {applied:?}, this program needs {newest:?}");
    }
    Ok(())
}

/// How many there are.
pub(crate) fn connections(pool: &Pool) -> usize {
    pool.size() as usize
}
