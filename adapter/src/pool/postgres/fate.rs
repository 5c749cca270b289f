//! What became of a transaction whose commit was not answered.
//!
//! Source: <https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT>

use sqlx::{Executor, PgConnection, Row};

use super::super::backend::Fate;

/// Called so since PostgreSQL 10; `pg_current_xact_id`, since 13, is the same. A standby has none to give.
const NUMBER: &str = "SELECT (CASE WHEN NOT pg_catalog.pg_is_in_recovery() \
     THEN pg_catalog.txid_current() END)::text";

pub(super) async fn number(connection: &mut PgConnection) -> sqlx::Result<Option<i64>> {
    let row = connection.fetch_one(NUMBER).await?;
    let number: Option<String> = row.try_get(0)?;
    Ok(number.and_then(|number| number.parse().ok()))
}

pub(super) async fn fate(connection: &mut PgConnection, number: i64) -> sqlx::Result<Fate> {
    let sql = format!("SELECT pg_catalog.txid_status({number})");
    let row = connection.fetch_one(sql.as_str()).await?;
    let status: Option<String> = row.try_get(0)?;
    Ok(match status.as_deref() {
        Some("committed") => Fate::Committed,
        Some("aborted") => Fate::Undone,
        Some("in progress") => Fate::Open,
        // So long ago that the server has forgotten it.
        _ => Fate::Unknown,
    })
}
