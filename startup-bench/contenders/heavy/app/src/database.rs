//! PostgreSQL.

use std::collections::BTreeMap;

use anyhow::Context;
use serde::Serialize;
use sqlx::migrate::Migrator;
use sqlx::postgres::PgPoolOptions;
use sqlx::{FromRow, PgPool};

use crate::Error;

static MIGRATIONS: Migrator = sqlx::migrate!();

/// What the pages need of it, read once.
pub struct Site {
    /// By name.
    pub settings: BTreeMap<String, String>,
    /// By name.
    pub flags: BTreeMap<String, bool>,
    /// In their order.
    pub roles: Vec<Role>,
    /// By name.
    pub tags: Vec<Tag>,
    /// The newest records.
    pub newest: Vec<Record>,
}

/// What somebody may do.
#[derive(FromRow, Serialize)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// Does it write?
    pub may_write: bool,
}

/// A word that records are found by.
#[derive(FromRow, Serialize)]
pub struct Tag {
    /// The word.
    pub name: String,
    /// How many records have it.
    pub uses: i32,
}

/// Anything that is written down.
#[derive(FromRow, Serialize)]
pub struct Record {
    /// Its number.
    pub id: i64,
    /// What it is.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
    /// When it was written.
    pub created_at: String,
}

/// The columns of [`Record`].
macro_rules! records {
    ($rest:literal) => {
        concat!(
            "SELECT id, kind, title, body, to_char(created_at, 'YYYY-MM-DD\"T\"HH24:MI:SSOF') ",
            "AS created_at FROM records ",
            $rest
        )
    };
}
pub(crate) use records;

/// Opens a pool with its first connection.
///
/// # Errors
/// If the server can't be reached.
pub async fn connect(url: &str) -> Result<PgPool, Error> {
    let pool = PgPoolOptions::new().max_connections(5).connect(url).await;
    pool.context("can't connect to PostgreSQL")
}

/// Applies the migrations that are missing.
///
/// # Errors
/// If one fails, or the database has others.
pub async fn migrate(pool: &PgPool) -> Result<(), Error> {
    MIGRATIONS.run(pool).await.context("the migrations")
}

/// Is the newest migration applied? One query instead of what [`migrate`] asks.
///
/// # Errors
/// If no migration ever was, or the server can't be reached.
pub async fn is_migrated(pool: &PgPool) -> Result<bool, Error> {
    let newest = MIGRATIONS.iter().map(|migration| migration.version).max();
    let applied: Option<i64> =
        sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations WHERE success")
            .fetch_one(pool)
            .await?;
    Ok(applied == newest)
}

/// The first of the five queries of the start.
///
/// # Errors
/// If the query fails.
pub async fn site_settings(pool: &PgPool) -> Result<BTreeMap<String, String>, Error> {
    let rows = sqlx::query_as("SELECT name, value FROM site_settings").fetch_all(pool).await?;
    Ok(rows.into_iter().collect())
}

/// The second.
///
/// # Errors
/// If the query fails.
pub async fn flags(pool: &PgPool) -> Result<BTreeMap<String, bool>, Error> {
    let rows = sqlx::query_as("SELECT name, is_on FROM feature_flags").fetch_all(pool).await?;
    Ok(rows.into_iter().collect())
}

/// The third.
///
/// # Errors
/// If the query fails.
pub async fn roles(pool: &PgPool) -> Result<Vec<Role>, Error> {
    Ok(sqlx::query_as("SELECT name, may_write FROM roles ORDER BY id").fetch_all(pool).await?)
}

/// The fourth.
///
/// # Errors
/// If the query fails.
pub async fn tags(pool: &PgPool) -> Result<Vec<Tag>, Error> {
    Ok(sqlx::query_as("SELECT name, uses FROM tags ORDER BY name").fetch_all(pool).await?)
}

/// The fifth.
///
/// # Errors
/// If the query fails.
pub async fn newest(pool: &PgPool, count: i64) -> Result<Vec<Record>, Error> {
    let query = sqlx::query_as(records!("ORDER BY created_at DESC, id LIMIT $1")).bind(count);
    Ok(query.fetch_all(pool).await?)
}
