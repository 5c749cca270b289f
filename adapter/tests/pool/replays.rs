//! Work that is done again because its connection broke, and work that is not.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use lambdafy::pool::{Config, Error, Keep, Pool};
use sqlx::Connection;

use super::database::{Server, System, session_id, table};
use super::path::Path;

on_both!(
    work_whose_session_dies_is_done_again,
    work_whose_sessions_keep_dying_fails_after_the_fourth_time,
    work_whose_sessions_keep_dying_fails_at_the_deadline,
    a_rollback_that_takes_long_is_no_reason_to_do_work_again,
    what_is_within_a_transaction_that_is_still_open_is_not_committed,
    a_begin_that_is_given_up_leaves_no_connection_behind,
    an_error_of_the_work_itself_is_rolled_back_and_not_tried_again,
    work_needs_a_connection,
);

async fn work_whose_session_dies_is_done_again<DB: System>() {
    let server = Arc::new(DB::with_slots(5));
    for dies in [Dies::InTheMiddle, Dies::AtTheEnd] {
        table(&server, "replayed").await;
        let pool = server.pool(Config::new());
        let runs = add_a_letter(&server, &pool, dies).await.unwrap();
        assert_eq!((runs, pool.status().replays), (2, 1), "{dies:?}");
        assert_eq!(
            DB::text(&pool, "SELECT value FROM replayed").await.unwrap(),
            "old+",
            "{dies:?}"
        );
    }
}

async fn work_whose_sessions_keep_dying_fails_after_the_fourth_time<DB: System>() {
    let server = Arc::new(DB::with_slots(5));
    table(&server, "replayed").await;
    let pool = server.pool(Config::new());
    add_a_letter(&server, &pool, Dies::EachTime).await.unwrap_err();
    assert_eq!(pool.status().replays, 3);
    assert_eq!(DB::text(&pool, "SELECT value FROM replayed").await.unwrap(), "old");
}

async fn work_whose_sessions_keep_dying_fails_at_the_deadline<DB: System>() {
    let server = Arc::new(DB::with_slots(5));
    table(&server, "replayed").await;
    let pool = server.pool(Config::new().max_wait(Duration::ZERO));
    let connection = pool.get().await;
    assert!(connection.is_err(), "there is no time to connect");
    let pool = server.pool(Config::new().max_wait(Duration::from_secs(2)));
    let runs = AtomicU64::new(0);
    let done: sqlx::Result<()> = pool
        .transaction(|transaction| {
            runs.fetch_add(1, Ordering::Relaxed);
            let server = server.clone();
            Box::pin(async move {
                tokio::time::sleep(Duration::from_millis(1500)).await;
                DB::kill_sessions(&server);
                DB::run(transaction, "UPDATE replayed SET value = 'new'").await.map(drop)
            })
        })
        .await;
    done.unwrap_err();
    assert!(runs.into_inner() <= 2, "after the second the time is over");
}

/// A way that falls silent looks the same.
async fn a_rollback_that_takes_long_is_no_reason_to_do_work_again<DB: System>() {
    let server = DB::shared();
    let path = Path::to(server.address()).await;
    let pool = Pool::<DB>::with(Config::new(), server.options_at(path.address));
    let runs = AtomicU64::new(0);
    let path = &path;
    let done: sqlx::Result<()> = pool
        .transaction(|_| {
            runs.fetch_add(1, Ordering::Relaxed);
            // What is sent from now on is not answered.
            path.forget();
            Box::pin(async { Err(sqlx::Error::RowNotFound) })
        })
        .await;
    assert!(matches!(done, Err(sqlx::Error::RowNotFound)), "{done:?}");
    let status = pool.status();
    assert_eq!((runs.into_inner(), status.replays), (1, 0));
    assert_eq!((status.closed_broken, status.idle), (1, 0), "nobody uses that connection again");
}

async fn an_error_of_the_work_itself_is_rolled_back_and_not_tried_again<DB: System>() {
    let server = DB::shared();
    table(server, "refused").await;
    let pool = server.pool(Config::new());
    let runs = AtomicU64::new(0);
    let done: sqlx::Result<()> = pool
        .transaction(|transaction| {
            runs.fetch_add(1, Ordering::Relaxed);
            Box::pin(async move {
                DB::run(transaction, "UPDATE refused SET value = 'new'").await?;
                DB::run(transaction, "SELECT nonsense").await.map(drop)
            })
        })
        .await;
    assert!(matches!(done, Err(sqlx::Error::Database(_))), "{done:?}");
    assert_eq!((runs.into_inner(), pool.status().replays), (1, 0));
    assert_eq!(DB::text(&pool, "SELECT value FROM refused").await.unwrap(), "old");
}

/// The server may have begun, and what the next one writes would be part of it.
async fn a_begin_that_is_given_up_leaves_no_connection_behind<DB: System>() {
    let server = DB::shared();
    let path = Path::to(server.address()).await;
    let pool = Pool::<DB>::with(Config::new().keep(Keep::Always), server.options_at(path.address));
    session_id(&pool).await;
    pool.end_invocation().await;
    path.forget();
    let begun = tokio::time::timeout(Duration::from_millis(50), pool.begin()).await;
    assert!(begun.is_err(), "it waits for an answer");
    let status = pool.status();
    assert_eq!((status.gets, status.closed_broken, status.idle), (2, 1, 0));
}

async fn what_is_within_a_transaction_that_is_still_open_is_not_committed<DB: System>() {
    let server = DB::shared();
    table(server, "nested").await;
    let pool = server.pool(Config::new());
    let done: sqlx::Result<()> = pool
        .transaction(|transaction| {
            Box::pin(async move {
                let mut inner = transaction.begin().await?;
                DB::run(&mut inner, "UPDATE nested SET value = 'new'").await?;
                std::mem::forget(inner);
                Ok(())
            })
        })
        .await;
    assert!(matches!(done, Err(sqlx::Error::Protocol(_))), "{done:?}");
    assert_eq!(DB::text(&pool, "SELECT value FROM nested").await.unwrap(), "old");
}

async fn work_needs_a_connection<DB: System>() {
    let pool = DB::shared().pool(Config::new().max_connections(1).max_wait(Duration::from_secs(1)));
    let _held = pool.get().await.unwrap();
    let done: sqlx::Result<()> = pool.transaction(|_| Box::pin(async { Ok(()) })).await;
    let error = done.unwrap_err();
    assert!(matches!(Error::find(&error), Some(Error::Exhausted { .. })), "{error:?}");
}

#[tokio::test]
async fn a_commit_that_the_server_refuses_is_not_tried_again() {
    let server = sqlx::Postgres::shared();
    let pool = server.pool(Config::new());
    let mut connection = pool.get().await.unwrap();
    for sql in [
        "CREATE TABLE late (number int UNIQUE DEFERRABLE INITIALLY DEFERRED)",
        "INSERT INTO late VALUES (1)",
    ] {
        sqlx::Postgres::run(&mut connection, sql).await.unwrap();
    }
    drop(connection);
    let runs = AtomicU64::new(0);
    let done: sqlx::Result<u64> = pool
        .transaction(|transaction| {
            runs.fetch_add(1, Ordering::Relaxed);
            Box::pin(sqlx::Postgres::run(transaction, "INSERT INTO late VALUES (1)"))
        })
        .await;
    let error = done.unwrap_err();
    assert!(error.as_database_error().is_some_and(|error| error.is_unique_violation()), "{error}");
    assert_eq!((runs.into_inner(), pool.status().replays), (1, 0));
}

#[tokio::test]
async fn work_that_hides_an_error_is_not_committed_and_does_not_seem_so() {
    let server = sqlx::Postgres::shared();
    table(server, "hidden").await;
    let pool = server.pool(Config::new());
    let done: sqlx::Result<()> = pool
        .transaction(|transaction| {
            Box::pin(async move {
                sqlx::Postgres::run(transaction, "UPDATE hidden SET value = 'new'").await?;
                let _ = sqlx::Postgres::run(transaction, "SELECT nonsense").await;
                Ok(())
            })
        })
        .await;
    // in_failed_sql_transaction
    let error = done.unwrap_err();
    assert_eq!(
        error.as_database_error().and_then(|e| e.code()).as_deref(),
        Some("25P02"),
        "{error}"
    );
    assert_eq!(sqlx::Postgres::text(&pool, "SELECT value FROM hidden").await.unwrap(), "old");
}

/// When all sessions are ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dies {
    /// Once, between two statements.
    InTheMiddle,
    /// Once, when the work is done.
    AtTheEnd,
    /// Between two statements, each time.
    EachTime,
}

/// Adds a `+` to the value in `replayed`; how many runs it took.
async fn add_a_letter<DB: System>(
    server: &Arc<Server<DB>>,
    pool: &Pool<DB>,
    dies: Dies,
) -> sqlx::Result<u64> {
    let runs = AtomicU64::new(0);
    pool.transaction(|transaction| {
        let is_first = runs.fetch_add(1, Ordering::Relaxed) == 0;
        let server = server.clone();
        Box::pin(async move {
            if dies == Dies::EachTime || is_first && dies == Dies::InTheMiddle {
                DB::kill_sessions(&server);
            }
            let sql = "UPDATE replayed SET value = CONCAT(value, '+')";
            DB::run(transaction, sql).await?;
            if is_first && dies == Dies::AtTheEnd {
                DB::kill_sessions(&server);
                server.has_sessions(0).await;
            }
            Ok(())
        })
    })
    .await
    .map(|()| runs.into_inner())
}
