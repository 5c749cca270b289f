//! What the app reads of PostgreSQL at its start.

use std::collections::BTreeMap;

use futures_util::TryStreamExt;
use serde::Serialize;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Either, FromRow, PgConnection};

use crate::Error;
use crate::pool::{self, NEWEST_MIGRATION, Pool};

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

/// The first of the five queries of the start.
///
/// # Errors
/// If the query fails.
pub async fn site_settings(pool: &Pool) -> Result<BTreeMap<String, String>, Error> {
    let rows = sqlx::query_as("SELECT name, value FROM site_settings").fetch_all(pool).await?;
    Ok(rows.into_iter().collect())
}

/// The second.
///
/// # Errors
/// If the query fails.
pub async fn flags(pool: &Pool) -> Result<BTreeMap<String, bool>, Error> {
    let rows = sqlx::query_as("SELECT name, is_on FROM feature_flags").fetch_all(pool).await?;
    Ok(rows.into_iter().collect())
}

/// The third.
///
/// # Errors
/// If the query fails.
pub async fn roles(pool: &Pool) -> Result<Vec<Role>, Error> {
    Ok(sqlx::query_as("SELECT name, may_write FROM roles ORDER BY id").fetch_all(pool).await?)
}

/// The fourth.
///
/// # Errors
/// If the query fails.
pub async fn tags(pool: &Pool) -> Result<Vec<Tag>, Error> {
    Ok(sqlx::query_as("SELECT name, uses FROM tags ORDER BY name").fetch_all(pool).await?)
}

/// The fifth.
///
/// # Errors
/// If the query fails.
pub async fn newest(pool: &Pool, count: i64) -> Result<Vec<Record>, Error> {
    let query = sqlx::query_as(records!("ORDER BY created_at DESC, id LIMIT $1")).bind(count);
    Ok(query.fetch_all(pool).await?)
}

/// The schema's version and all five in one round trip: statements without arguments travel together.
///
/// # Errors
/// If one fails, or the schema is older than this program.
pub async fn site_at_once(connection: &mut PgConnection, newest: i64) -> Result<Site, Error> {
    let sql = format!(
        "{NEWEST_MIGRATION}; SELECT name, value FROM site_settings; \
         SELECT name, is_on FROM feature_flags; SELECT name, may_write FROM roles ORDER BY id; \
         SELECT name, uses FROM tags ORDER BY name; {} {newest}",
        records!("ORDER BY created_at DESC, id LIMIT")
    );
    // Of the app's own words and a number.
    let mut answers = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_many(connection);
    let (mut tables, mut rows) = (Vec::new(), Vec::new());
    while let Some(answer) = answers.try_next().await? {
        match answer {
            Either::Right(row) => rows.push(row),
            Either::Left(_) => tables.push(std::mem::take(&mut rows)),
        }
    }
    let mut tables = tables.into_iter();
    let versions: Vec<(Option<i64>,)> = read(tables.next())?;
    pool::check(versions.first().and_then(|(version,)| *version))?;
    Ok(Site {
        settings: BTreeMap::from_iter(read(tables.next())?),
        flags: BTreeMap::from_iter(read(tables.next())?),
        roles: read(tables.next())?,
        tags: read(tables.next())?,
        newest: read(tables.next())?,
    })
}

fn read<T: for<'r> FromRow<'r, PgRow>>(rows: Option<Vec<PgRow>>) -> sqlx::Result<Vec<T>> {
    rows.unwrap_or_default().iter().map(T::from_row).collect()
}
