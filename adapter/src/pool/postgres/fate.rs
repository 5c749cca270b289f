//! What became of a transaction whose commit was not answered.
//!
//! Sources: <https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT>,
//! <https://www.postgresql.org/docs/current/monitoring-stats.html> (statistics and crashes)

use sqlx::error::DatabaseError;
use sqlx::postgres::{PgDatabaseError, PgSeverity};
use sqlx::{Executor, PgConnection, Row};

use super::super::backend::{Fate, Mark};

/// Since when the server counts. A server that is shut down keeps its statistics. One that crashes loses
/// them, and with them the numbers of transactions of which it had written nothing yet, which it then
/// gives to others; a standby has statistics of its own.
const SINCE: &str =
    "(SELECT extract(epoch FROM stats_reset) FROM pg_catalog.pg_stat_archiver)::text";

/// `txid_current` is called so since PostgreSQL 10; `pg_current_xact_id`, since 13, is the same. A standby
/// has none to give.
pub(super) async fn mark(connection: &mut PgConnection) -> sqlx::Result<Option<Mark>> {
    let sql = format!(
        "SELECT (CASE WHEN NOT pg_catalog.pg_is_in_recovery() \
         THEN pg_catalog.txid_current() END)::text, {SINCE}"
    );
    let row = connection.fetch_one(sql.as_str()).await?;
    let (number, since): (Option<String>, Option<String>) = (row.try_get(0)?, row.try_get(1)?);
    let number = number.and_then(|number| number.parse().ok());
    Ok(number.zip(since).map(|(number, since)| Mark { number, since }))
}

pub(super) async fn fate(connection: &mut PgConnection, mark: &Mark) -> sqlx::Result<Fate> {
    let sql = format!("SELECT pg_catalog.txid_status({}), {SINCE}", mark.number);
    let row = match connection.fetch_one(sql.as_str()).await {
        Err(error) if is_in_the_future(&error) => return Ok(Fate::Undone),
        row => row?,
    };
    let (status, since): (Option<String>, Option<String>) = (row.try_get(0)?, row.try_get(1)?);
    let is_ours = since.as_deref() == Some(&mark.since);
    Ok(match status.as_deref() {
        Some("aborted") => Fate::Undone,
        Some("committed") if is_ours => Fate::Committed,
        Some("in progress") if is_ours => Fate::Open,
        // Somebody else's, or so long ago that the server has forgotten it.
        _ => Fate::Unknown,
    })
}

/// The server has given no such number, so it has lost it.
fn is_in_the_future(error: &sqlx::Error) -> bool {
    // invalid_parameter_value
    error.as_database_error().and_then(|error| error.code()).as_deref() == Some("22023")
}

/// A proxy that has lost the server says so in an ERROR of class 08 (connection exceptions).
pub(super) fn ends_session(error: &dyn DatabaseError) -> bool {
    let Some(error) = error.try_downcast_ref::<PgDatabaseError>() else { return false };
    matches!(error.severity(), PgSeverity::Fatal | PgSeverity::Panic)
        || error.code().starts_with("08")
}
