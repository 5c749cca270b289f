//! When a session begins, what is set in it, and what is left of an invocation.

use std::time::Duration;

use lambdafy::pool::{Config, Keep};
use sqlx::{Connection, Executor};

use super::database::{Server, System, session_id};

on_both!(
    nothing_is_connected_before_it_is_needed,
    a_session_serves_the_next_invocation_too,
    two_invocations_at_once_have_a_session_each,
    a_closed_pool_says_so,
    a_closed_connection_is_not_given_out_again,
);

async fn nothing_is_connected_before_it_is_needed<DB: System>() {
    let server = DB::with_slots(5);
    let pool = server.pool(Config::new());
    pool.end_invocation().await;
    assert_eq!((pool.status().connects, server.sessions()), (0, 0));
    pool.warm().await.unwrap();
    pool.warm().await.unwrap();
    assert_eq!((pool.status().connects, server.sessions()), (1, 1));
}

async fn a_session_serves_the_next_invocation_too<DB: System>() {
    let server = DB::with_slots(10);
    let pool = server.pool(Config::new());
    let first = session_id(&pool).await;
    for _ in 0..5 {
        pool.end_invocation().await;
        assert_eq!(session_id(&pool).await, first);
    }
    let status = pool.status();
    assert_eq!((status.connects, status.reuses, status.pings), (1, 5, 0), "{status:?}");
}

async fn two_invocations_at_once_have_a_session_each<DB: System>() {
    let pool = DB::shared().pool(Config::new().max_connections(2));
    let (one, other) = (pool.get().await.unwrap(), pool.get().await.unwrap());
    assert_eq!((pool.status().connects, pool.status().in_use), (2, 2));
    drop((one, other));
    pool.end_invocation().await;
    assert_eq!(pool.status().in_use, 0);
}

async fn a_closed_pool_says_so<DB: System>() {
    let server = DB::with_slots(5);
    let pool = server.pool(Config::new());
    let used = pool.get().await.unwrap();
    pool.close().await;
    let error = pool.get().await.unwrap_err();
    assert_eq!(error.to_string(), "the pool is closed");
    drop(used);
    server.has_sessions(0).await;
}

async fn a_closed_connection_is_not_given_out_again<DB: System>() {
    let pool = DB::shared().pool(Config::new().keep(Keep::Always));
    pool.get().await.unwrap().close().await;
    assert_eq!(pool.status().idle, 0);
}

#[tokio::test]
async fn limits_are_in_force_from_the_first_statement_on_postgresql() {
    let config = Config::new()
        .application("limits")
        .lease(Duration::from_secs(30))
        .transaction_limit(Duration::from_secs(3))
        .statement_limit(Duration::from_millis(2500))
        .session("search_path", "\"a schema\",public");
    let pool = sqlx::Postgres::shared().pool(config);
    for _ in 0..2 {
        for (name, value) in [
            ("idle_session_timeout", "30s"),
            ("idle_in_transaction_session_timeout", "3s"),
            ("statement_timeout", "2500ms"),
            ("tcp_user_timeout", "8000"),
            ("tcp_keepalives_idle", "5"),
            ("tcp_keepalives_interval", "1"),
            ("tcp_keepalives_count", "3"),
            ("client_connection_check_interval", "2s"),
            ("search_path", "\"a schema\",public"),
            ("application_name", "limits"),
            ("timezone", "UTC"),
        ] {
            let sql = format!("SELECT current_setting('{name}')");
            assert_eq!(sqlx::Postgres::text(&pool, &sql).await.unwrap(), value, "{name}");
        }
        // They survive the reset.
        pool.end_invocation().await;
    }
}

#[tokio::test]
async fn limits_are_in_force_from_the_first_statement_on_mariadb() {
    let config = Config::new()
        .lease(Duration::from_secs(30))
        .transaction_limit(Duration::from_secs(3))
        .statement_limit(Duration::from_millis(2500))
        .session("lock_wait_timeout", "7");
    let pool = sqlx::MySql::shared().pool(config);
    for _ in 0..2 {
        for (name, value) in [
            ("wait_timeout", "30"),
            ("idle_transaction_timeout", "3"),
            ("max_statement_time", "2.500000"),
            ("net_write_timeout", "8"),
            ("lock_wait_timeout", "7"),
            ("time_zone", "+00:00"),
            ("character_set_client", "utf8mb4"),
            ("collation_connection", "utf8mb4_unicode_ci"),
        ] {
            let sql = format!("SELECT CAST(@@{name} AS CHAR)");
            assert_eq!(sqlx::MySql::text(&pool, &sql).await.unwrap(), value, "{name}");
        }
        let modes = sqlx::MySql::text(&pool, "SELECT @@sql_mode").await.unwrap();
        assert!(
            modes.contains("PIPES_AS_CONCAT") && modes.contains("STRICT_TRANS_TABLES"),
            "{modes}"
        );
        pool.end_invocation().await;
    }
}

#[tokio::test]
async fn nothing_of_an_invocation_is_left_in_a_postgresql_session() {
    let pool = sqlx::Postgres::shared().pool(Config::new().keep(Keep::Always));
    let mut connection = pool.get().await.unwrap();
    for sql in [
        "SET search_path = nowhere",
        "SET TimeZone = 'Asia/Tokyo'",
        "CREATE TEMP TABLE left_over (id int)",
        "SELECT pg_advisory_lock(4711)",
        "LISTEN left_over",
    ] {
        connection.execute(sql).await.unwrap();
    }
    drop(connection);
    pool.end_invocation().await;
    let left = "SELECT current_setting('search_path') || current_setting('TimeZone') \
         || coalesce(to_regclass('left_over')::text, '-') \
         || (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()) \
         || (SELECT count(*) FROM pg_listening_channels())";
    let left = sqlx::Postgres::text(&pool, left).await.unwrap();
    assert_eq!(left, "\"$user\", publicUTC-00");
    assert_eq!(pool.status().connects, 1);
}

#[tokio::test]
async fn what_an_invocation_has_set_is_undone_in_a_mariadb_session() {
    let pool = sqlx::MySql::shared().pool(Config::new().keep(Keep::Always));
    let mut connection = pool.get().await.unwrap();
    for sql in [
        "SET autocommit = 0, foreign_key_checks = 0, sql_mode = '', time_zone = '+09:00'",
        "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        "DO GET_LOCK('left_over', 0)",
    ] {
        connection.execute(sql).await.unwrap();
    }
    drop(connection);
    pool.end_invocation().await;
    let left = "SELECT CONCAT_WS(' ', @@autocommit, @@foreign_key_checks, @@time_zone, \
         @@tx_isolation, IS_FREE_LOCK('left_over'), @@sql_mode LIKE '%PIPES_AS_CONCAT%')";
    let left = sqlx::MySql::text(&pool, left).await.unwrap();
    assert_eq!(left, "ON ON +00:00 REPEATABLE-READ 1 1");
    assert_eq!(pool.status().connects, 1);
}

/// A connect costs as many statements as sqlx's own, an invocation one more than the app's.
#[tokio::test]
async fn no_statement_is_sent_that_is_not_needed() {
    let server: Server<sqlx::MySql> = System::with_slots(10);
    let questions = || -> i64 {
        let status = server.execute("SHOW GLOBAL STATUS LIKE 'Questions'");
        status.trim().rsplit('\t').next().unwrap().parse().unwrap()
    };
    let start = questions();
    let asking = questions() - start;
    let start = questions();
    let plain = sqlx::MySqlConnection::connect_with(&server.options).await.unwrap();
    let plain_connect = questions() - start - asking;
    plain.close().await.unwrap();
    let pool = server.pool(Config::new().keep(Keep::Always));
    let start = questions();
    let connection = pool.get().await.unwrap();
    assert_eq!(questions() - start - asking, plain_connect);
    drop(connection);
    pool.end_invocation().await;
    let start = questions();
    drop(pool.get().await.unwrap());
    assert_eq!(questions() - start - asking, 0, "a connection that is used again");
}
