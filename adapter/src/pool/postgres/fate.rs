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
/// gives to others; a standby has statistics of its own. Before PostgreSQL 15 they come from a file that
/// has to be waited for.
const SINCE: &str = "(CASE WHEN current_setting('server_version_num')::int >= 150000 \
     THEN (SELECT extract(epoch FROM stats_reset) FROM pg_catalog.pg_stat_archiver) END)::text";

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
    let row = connection.fetch_one(sql.as_str()).await?;
    let (status, since): (Option<String>, Option<String>) = (row.try_get(0)?, row.try_get(1)?);
    if since.as_deref() != Some(&mark.since) {
        return Ok(Fate::Unknown);
    }
    Ok(match status.as_deref() {
        Some("committed") => Fate::Committed,
        Some("aborted") => Fate::Undone,
        Some("in progress") => Fate::Open,
        // So long ago that the server has forgotten it.
        _ => Fate::Unknown,
    })
}

/// An ERROR is not it, though it may speak of a connection: of a foreign table's, for example.
pub(super) fn ends_session(error: &dyn DatabaseError) -> bool {
    let error = error.try_downcast_ref::<PgDatabaseError>();
    error.is_some_and(|error| matches!(error.severity(), PgSeverity::Fatal | PgSeverity::Panic))
}
