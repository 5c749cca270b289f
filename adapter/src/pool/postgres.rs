//! PostgreSQL.
//!
//! Sources: <https://www.postgresql.org/docs/current/runtime-config-client.html>,
//! <https://www.postgresql.org/docs/current/runtime-config-connection.html>,
//! <https://www.postgresql.org/docs/current/sql-discard.html>,
//! <https://www.postgresql.org/docs/current/errcodes-appendix.html>

use std::fmt::Write as _;

use futures_util::future::BoxFuture;
use sqlx::error::DatabaseError;
use sqlx::postgres::{PgConnectOptions, PgRow};
use sqlx::{Executor, PgConnection, Postgres, Row};

mod examine;
mod fate;

use super::backend::{
    Backend, ConnectOptions, Driver, Eviction, Fate, Fault, Mark, Park, Parked, PermitAsk, Session,
};
use super::doctor::Diagnosis;
use super::schema::Applied;

/// The first words of the statement that parks a session, by which `pg_stat_activity` tells a
/// parked session from one whose app thinks.
const PARKED: &str = "/* lambdafy: parked */";

/// `DISCARD ALL` but for the prepared statements, which sqlx remembers, and their plans.
const RESET: &str = "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; UNLISTEN *; \
     SELECT pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES;";

/// Slots that ordinary users can have, and how many of them this one can.
const SLOTS: &str = "SELECT current_setting('max_connections')::int \
     - current_setting('superuser_reserved_connections')::int AS slots";

impl Backend for Postgres {}

impl Driver for Postgres {
    const SURVIVES_CANCELLATION: bool = true;

    fn port(options: &ConnectOptions<Self>) -> u16 {
        options.get_port()
    }

    fn user(options: &ConnectOptions<Self>) -> &str {
        options.get_username()
    }

    fn application(options: &ConnectOptions<Self>) -> Option<&str> {
        options.get_application_name()
    }

    /// They travel with the connect, and the reset does not change them.
    fn sqlx_assignments(_: &ConnectOptions<Self>) -> Vec<String> {
        Vec::new()
    }

    fn with_session(options: &PgConnectOptions, session: &Session) -> PgConnectOptions {
        let options = options.clone().application_name(&session.application);
        if session.behind_proxy {
            return options.statement_cache_capacity(0);
        }
        let assignments = assignments(session).into_iter();
        options.options(assignments.filter_map(|assignment| {
            let (name, value) = assignment.split_once('=')?;
            // The server splits the options at blanks.
            Some((name.to_owned(), value.replace('\\', r"\\").replace(' ', r"\ ")))
        }))
    }

    fn start<'c>(_: &'c mut PgConnection, _: &'c Session) -> BoxFuture<'c, sqlx::Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn park<'c>(
        connection: &'c mut PgConnection,
        session: &'c Session,
        park: Park,
    ) -> BoxFuture<'c, sqlx::Result<Parked>> {
        let sql = park_sql(session, park);
        Box::pin(async move {
            let (parked, was_in_transaction) = match rows(connection, &sql).await {
                Ok(rows) => read(&rows),
                Err(error) if is_in_failed_transaction(&error) => (Parked::default(), true),
                Err(error) => return Err(error),
            };
            if !was_in_transaction {
                return Ok(parked);
            }
            rows(connection, "ROLLBACK").await?;
            let (parked, was_in_transaction) = read(&rows(connection, &sql).await?);
            if was_in_transaction {
                return Err(sqlx::Error::Protocol("a transaction outlives its rollback".into()));
            }
            Ok(Parked { rolled_back: true, ..parked })
        })
    }

    fn evict<'c>(
        connection: &'c mut PgConnection,
        session: &'c Session,
        eviction: Eviction,
    ) -> BoxFuture<'c, sqlx::Result<u64>> {
        Box::pin(async move {
            let sql = "SELECT count(*) FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                 WHERE application_name = $1 AND state = 'idle' AND starts_with(query, $2) \
                 AND state_change < now() - make_interval(secs => $3) AND pid <> pg_backend_pid() \
                 AND pg_has_role(usesysid, 'MEMBER') ORDER BY state_change LIMIT $4) victims";
            let count: i64 = sqlx::query_scalar(sql)
                .bind(&session.application)
                .bind(PARKED)
                .bind(eviction.parked_for.as_secs_f64())
                .bind(i64::from(eviction.most))
                .persistent(false)
                .fetch_one(connection)
                .await?;
            Ok(count.unsigned_abs())
        })
    }

    fn examine<'c>(
        connection: &'c mut PgConnection,
        session: &'c Session,
    ) -> BoxFuture<'c, sqlx::Result<Diagnosis>> {
        Box::pin(examine::examine(connection, session))
    }

    fn can_reap<'c>(
        connection: &'c mut PgConnection,
        user: &'c str,
    ) -> BoxFuture<'c, sqlx::Result<bool>> {
        Box::pin(async move {
            let sql =
                "SELECT pg_has_role($1, 'MEMBER') OR pg_has_role('pg_signal_backend', 'MEMBER')";
            sqlx::query_scalar(sql).bind(user).fetch_one(connection).await
        })
    }

    fn reaper_statements(user: &str) -> Vec<String> {
        examine::reaper_statements(user)
    }

    fn mark(connection: &mut PgConnection) -> BoxFuture<'_, sqlx::Result<Option<Mark>>> {
        Box::pin(fate::mark(connection))
    }

    fn fate<'c>(
        connection: &'c mut PgConnection,
        mark: &'c Mark,
    ) -> BoxFuture<'c, sqlx::Result<Fate>> {
        Box::pin(fate::fate(connection, mark))
    }

    fn ends_session(error: &dyn DatabaseError) -> bool {
        fate::ends_session(error)
    }

    fn is_missing_table(error: &dyn DatabaseError) -> bool {
        // undefined_table
        error.code().as_deref() == Some("42P01")
    }

    fn applied(row: &PgRow) -> sqlx::Result<Applied> {
        let (version, success) = (row.try_get(0)?, row.try_get(1)?);
        Ok(Applied { version, success, checksum: row.try_get(2)? })
    }

    fn fault(error: &dyn DatabaseError) -> Fault {
        match error.code().as_deref() {
            // too_many_connections, also of the role or the database.
            Some("53300") => Fault::Full,
            // admin_shutdown, crash_shutdown, cannot_connect_now.
            Some("57P01" | "57P02" | "57P03") => Fault::Starting,
            // invalid_authorization_specification, invalid_password.
            Some("28000" | "28P01") => Fault::Credentials,
            _ => Fault::Lasting,
        }
    }
}

/// The limits, and then what the app wants set.
pub(super) fn assignments(session: &Session) -> Vec<String> {
    let path = session.path_limit;
    let mut assignments = vec![
        format!("idle_session_timeout={}", session.lease.as_millis()),
        format!("idle_in_transaction_session_timeout={}", session.transaction_limit.as_millis()),
        format!("tcp_user_timeout={}", path.as_millis()),
        // A silent path is found in idle + count * interval seconds.
        format!("tcp_keepalives_idle={}", path.as_secs().saturating_sub(3).max(1)),
        "tcp_keepalives_interval=1".to_owned(),
        "tcp_keepalives_count=3".to_owned(),
        format!("client_connection_check_interval={}", (path / 4).as_millis()),
    ];
    if let Some(limit) = session.statement_limit {
        assignments.push(format!("statement_timeout={}", limit.as_millis()));
    }
    assignments.extend(session.assignments.iter().cloned());
    assignments
}

fn park_sql(session: &Session, park: Park) -> String {
    // In a transaction that the app began by itself, `now()` is when it began.
    let mut sql =
        format!("{PARKED} {RESET} SELECT (now() = statement_timestamp())::text AS outside");
    if park.reads_pressure {
        let _ = write!(
            sql,
            ", (100 * (SELECT sum(numbackends) FROM pg_stat_database) / slots)::int::text AS pressure"
        );
    }
    if let Some(ask) = park.permit {
        let _ = write!(sql, ", ({})::text AS permit", permit_sql(session, ask));
    }
    if park.reads_pressure || park.permit.is_some() {
        let _ = write!(sql, " FROM ({SLOTS}) server");
    }
    sql
}

/// The number of an advisory lock that could be had: the one that the session has had, or one of
/// two at random.
fn permit_sql(session: &Session, ask: PermitAsk) -> String {
    let class = class(&session.application);
    if let Some(had) = ask.had {
        return format!("CASE WHEN pg_try_advisory_lock({class}, {had}) THEN {had} END");
    }
    format!(
        "SELECT CASE WHEN pg_try_advisory_lock({class}, a) THEN a \
         WHEN pg_try_advisory_lock({class}, b) THEN b END \
         FROM (SELECT floor(random() * k)::int AS a, floor(random() * k)::int AS b FROM \
         (SELECT greatest(1, LEAST(slots, (SELECT NULLIF(rolconnlimit, -1) FROM pg_roles \
         WHERE rolname = current_user)) * {} / 100) AS k) permits OFFSET 0) candidates",
        ask.percent
    )
}

/// The first of the two numbers of the application's advisory locks: FNV-1a of its name.
fn class(application: &str) -> i32 {
    let hash = application
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    i32::from_ne_bytes(hash.to_ne_bytes())
}

async fn rows(connection: &mut PgConnection, sql: &str) -> sqlx::Result<Vec<PgRow>> {
    connection.fetch_all(sql).await
}

/// What the last row says, and whether the session was in a transaction.
fn read(rows: &[PgRow]) -> (Parked, bool) {
    let Some(row) = rows.last() else { return (Parked::default(), true) };
    let text = |name: &str| row.try_get::<Option<String>, _>(name).ok().flatten();
    let parked = Parked {
        pressure: text("pressure").and_then(|text| text.parse().ok()),
        permit: text("permit").and_then(|text| text.parse().ok()),
        rolled_back: false,
    };
    (parked, text("outside").as_deref() != Some("true"))
}

/// `in_failed_sql_transaction`
fn is_in_failed_transaction(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|error| error.code()).as_deref() == Some("25P02")
}
