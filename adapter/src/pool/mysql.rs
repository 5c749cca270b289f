//! MySQL and MariaDB.
//!
//! Sources: <https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html>,
//! <https://mariadb.com/kb/en/server-system-variables/>,
//! <https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html>,
//! <https://mariadb.com/kb/en/comment-syntax/> (statements for one of the two only)

use std::fmt::Write as _;

use futures_util::future::BoxFuture;
use sqlx::error::DatabaseError;
use sqlx::mysql::{MySqlConnectOptions, MySqlDatabaseError, MySqlRow};
use sqlx::{Executor, MySql, MySqlConnection, Row};

mod examine;

use super::backend::{
    Backend, ConnectOptions, Driver, Eviction, Fate, Fault, Mark, Park, Parked, PermitAsk, Session,
};
use super::doctor::Diagnosis;
use super::schema::Applied;

/// Slots that ordinary users can have, and how many of them this one can.
const SLOTS: &str = "IF(@@max_user_connections > 0, LEAST(@@max_user_connections, @@max_connections), @@max_connections)";

impl Backend for MySql {}

impl Driver for MySql {
    /// sqlx may read the rest of the answer as the next one's.
    const SURVIVES_CANCELLATION: bool = false;

    fn port(options: &ConnectOptions<Self>) -> u16 {
        options.get_port()
    }

    fn user(options: &ConnectOptions<Self>) -> &str {
        options.get_username()
    }

    fn application(_: &ConnectOptions<Self>) -> Option<&str> {
        None
    }

    /// As sqlx 0.8 makes them, but for options that it does not tell: what has none of these
    /// values must be set again by [`Config::session`](super::Config::session).
    fn sqlx_assignments(options: &ConnectOptions<Self>) -> Vec<String> {
        let charset = options.get_charset();
        let usual = (charset == "utf8mb4").then_some("utf8mb4_unicode_ci");
        let collation = options.get_collation().or(usual);
        vec![
            "sql_mode=CONCAT(@@GLOBAL.sql_mode, ',PIPES_AS_CONCAT,NO_ENGINE_SUBSTITUTION')".into(),
            "time_zone='+00:00'".into(),
            collation.map_or_else(
                || format!("NAMES {charset}"),
                |collation| format!("NAMES {charset} COLLATE {collation}"),
            ),
        ]
    }

    /// Without sqlx's own SET, which [`start`](Self::start) sends together with the limits.
    fn with_session(options: &MySqlConnectOptions, session: &Session) -> MySqlConnectOptions {
        let options = options.clone();
        if session.behind_proxy {
            return options.statement_cache_capacity(0);
        }
        options.pipes_as_concat(false).no_engine_substitution(false).timezone(None).set_names(false)
    }

    fn start<'c>(
        connection: &'c mut MySqlConnection,
        session: &'c Session,
    ) -> BoxFuture<'c, sqlx::Result<()>> {
        Box::pin(async move {
            if !session.behind_proxy {
                connection.execute(&*format!("SET {}", assignments(session))).await?;
            }
            Ok(())
        })
    }

    fn park<'c>(
        connection: &'c mut MySqlConnection,
        session: &'c Session,
        park: Park,
    ) -> BoxFuture<'c, sqlx::Result<Parked>> {
        let sql = park_sql(session, park);
        Box::pin(async move { Ok(read(&connection.fetch_all(&*sql).await?)) })
    }

    fn evict<'c>(
        connection: &'c mut MySqlConnection,
        session: &'c Session,
        eviction: Eviction,
    ) -> BoxFuture<'c, sqlx::Result<u64>> {
        Box::pin(async move {
            let sql = format!(
                "SELECT CAST(id AS CHAR) FROM information_schema.processlist \
                 WHERE user = '{}' AND command = 'Sleep' AND time >= {} \
                 AND id <> CONNECTION_ID() ORDER BY time DESC LIMIT {}",
                quoted(&session.user),
                eviction.parked_for.as_secs_f64().ceil(),
                eviction.most
            );
            let victims = connection.fetch_all(&*sql).await?;
            let mut evicted = 0;
            for victim in victims {
                let id: String = victim.try_get(0)?;
                // One that has ended meanwhile is an error.
                evicted += u64::from(connection.execute(&*format!("KILL {id}")).await.is_ok());
            }
            Ok(evicted)
        })
    }

    fn examine<'c>(
        connection: &'c mut MySqlConnection,
        session: &'c Session,
    ) -> BoxFuture<'c, sqlx::Result<Diagnosis>> {
        Box::pin(examine::examine(connection, session))
    }

    fn can_reap<'c>(
        connection: &'c mut MySqlConnection,
        _: &'c str,
    ) -> BoxFuture<'c, sqlx::Result<bool>> {
        Box::pin(examine::can_reap(connection))
    }

    fn reaper_statements(user: &str) -> Vec<String> {
        examine::reaper_statements(user)
    }

    /// Neither MySQL nor MariaDB can be asked later what became of a transaction.
    fn mark(_: &mut MySqlConnection) -> BoxFuture<'_, sqlx::Result<Option<Mark>>> {
        Box::pin(std::future::ready(Ok(None)))
    }

    fn fate<'c>(_: &'c mut MySqlConnection, _: &'c Mark) -> BoxFuture<'c, sqlx::Result<Fate>> {
        Box::pin(std::future::ready(Ok(Fate::Unknown)))
    }

    fn ends_session(error: &dyn DatabaseError) -> bool {
        Self::fault(error) == Fault::Starting
    }

    fn is_missing_table(error: &dyn DatabaseError) -> bool {
        // ER_NO_SUCH_TABLE
        error.code().as_deref() == Some("42S02")
    }

    fn applied(row: &MySqlRow) -> sqlx::Result<Applied> {
        let (version, success) = (row.try_get(0)?, row.try_get(1)?);
        Ok(Applied { version, success, checksum: row.try_get(2)? })
    }

    fn fault(error: &dyn DatabaseError) -> Fault {
        let number = error.try_downcast_ref::<MySqlDatabaseError>().map(MySqlDatabaseError::number);
        match number {
            // ER_CON_COUNT_ERROR, ER_TOO_MANY_USER_CONNECTIONS, ER_USER_LIMIT_REACHED
            Some(1040 | 1203 | 1226) => Fault::Full,
            // ER_SERVER_SHUTDOWN, ER_NORMAL_SHUTDOWN, ER_CONNECTION_KILLED (MariaDB's 1927)
            Some(1053 | 1077 | 1927) => Fault::Starting,
            // ER_ACCESS_DENIED_ERROR
            Some(1045) => Fault::Credentials,
            _ => Fault::Lasting,
        }
    }
}

/// sqlx's own assignments, the limits, and what the app wants set, which comes last and wins.
fn assignments(session: &Session) -> String {
    format!(
        "{}, net_write_timeout={}{}",
        session.assignments.join(", "),
        session.path_limit.as_secs(),
        limits_of_one_system(session)
    )
}

/// In comments that one of the two reads. MariaDB can tell a pause in a transaction from one
/// outside, MySQL can't.
fn limits_of_one_system(session: &Session) -> String {
    let lease = session.lease.as_secs();
    let transaction = session.transaction_limit.as_secs();
    let mut mariadb = format!(", wait_timeout={lease}, idle_transaction_timeout={transaction}");
    let mut mysql = format!(", wait_timeout={}", lease.min(transaction));
    if let Some(limit) = session.statement_limit {
        let _ = write!(mariadb, ", max_statement_time={:.3}", limit.as_secs_f64());
        let _ = write!(mysql, ", max_execution_time={}", limit.as_millis());
    }
    format!("/*M!100000 {mariadb} */ /*!80000 {mysql} */")
}

fn park_sql(session: &Session, park: Park) -> String {
    let mut sql = format!(
        "ROLLBACK; UNLOCK TABLES; DO RELEASE_ALL_LOCKS(); \
         SET autocommit=DEFAULT, foreign_key_checks=DEFAULT, unique_checks=DEFAULT \
         /*M!100000 , tx_isolation=DEFAULT, tx_read_only=DEFAULT */ \
         /*!80000 , transaction_isolation=DEFAULT, transaction_read_only=DEFAULT */, {}",
        assignments(session)
    );
    if park.reads_pressure {
        let _ = write!(
            sql,
            "; SHOW GLOBAL STATUS LIKE 'Threads_connected'; SELECT CAST({SLOTS} AS CHAR) AS slots"
        );
    }
    if let Some(ask) = park.permit {
        sql.push_str("; ");
        sql.push_str(&permit_sql(session, ask));
    }
    sql
}

/// The number of a lock that could be had: the one that the session has had, or one of two at
/// random.
fn permit_sql(session: &Session, ask: PermitAsk) -> String {
    let name = format!("lambdafy:{}", quoted(&session.application));
    if let Some(had) = ask.had {
        return format!("SELECT IF(GET_LOCK('{name}:{had}', 0), '{had}', NULL) AS permit");
    }
    let permits = format!("GREATEST(1, FLOOR({SLOTS} * {} / 100))", ask.percent);
    format!(
        "SET @lambdafy_a=FLOOR(RAND() * {permits}), @lambdafy_b=FLOOR(RAND() * {permits}); \
         SELECT CAST(IF(GET_LOCK(CONCAT('{name}:', @lambdafy_a), 0), @lambdafy_a, \
         IF(GET_LOCK(CONCAT('{name}:', @lambdafy_b), 0), @lambdafy_b, NULL)) AS CHAR) AS permit"
    )
}

/// For a place between quotes.
fn quoted(name: &str) -> String {
    name.replace('\\', r"\\").replace('\'', "''")
}

fn read(rows: &[MySqlRow]) -> Parked {
    let text = |name: &str| {
        rows.iter().find_map(|row| row.try_get::<Option<String>, _>(name).ok().flatten())
    };
    let number = |name| text(name).and_then(|text| text.parse::<u64>().ok());
    let pressure = number("Value").zip(number("slots"));
    Parked {
        pressure: pressure.map(|(taken, slots)| taken * 100 / slots.max(1)),
        permit: text("permit").and_then(|text| text.parse().ok()),
        rolled_back: false,
    }
}
