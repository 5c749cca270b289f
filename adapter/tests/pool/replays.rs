//! Work that is done again because its connection broke, and work that is not.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use lambdafy::pool::{Config, Error, Pool};

use super::database::{Server, System, table};
use super::path::Path;

on_both!(
    work_whose_session_dies_is_done_again,
    work_whose_sessions_keep_dying_fails_after_the_fourth_time,
    work_whose_sessions_keep_dying_fails_at_the_deadline,
    a_rollback_that_takes_long_is_no_reason_to_do_work_again,
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
async fn a_commit_whose_answer_is_lost_is_asked_about() {
    let (done, runs) = commit_while(Path::hang_up, |_| {}).await;
    done.unwrap();
    assert_eq!(runs, 1, "it was committed");
}

#[tokio::test]
async fn a_commit_that_the_server_gives_up_is_done_again() {
    let (done, runs) = commit_while(|_| {}, sqlx::Postgres::kill_sessions).await;
    done.unwrap();
    assert_eq!(runs, 2, "as the server says");
    let (done, runs) = commit_while(Path::hang_up, sqlx::Postgres::kill_sessions).await;
    done.unwrap();
    assert_eq!(runs, 2, "as another connection is told");
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

/// Commits a row, which takes half a second, and meanwhile does something to the way and to the server;
/// what came of it and how many runs it took. The row is there once.
async fn commit_while(
    lose: impl FnOnce(&Path),
    end: impl FnOnce(&Server<sqlx::Postgres>),
) -> (sqlx::Result<()>, u64) {
    let server = sqlx::Postgres::with_slots(5);
    let mut connection = server.pool(Config::new()).get().await.unwrap();
    for sql in [
        "CREATE TABLE slow (number int)",
        "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS \
         'BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END'",
        "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED \
         FOR EACH ROW EXECUTE FUNCTION wait()",
    ] {
        sqlx::Postgres::run(&mut connection, sql).await.unwrap();
    }
    connection.close().await;
    let path = Path::to(server.address()).await;
    let pool = Pool::<sqlx::Postgres>::with(Config::new(), server.options_at(path.address));
    let runs = AtomicU64::new(0);
    let work = pool.transaction(|transaction| {
        runs.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            sqlx::Postgres::run(transaction, "INSERT INTO slow VALUES (1)").await.map(drop)
        })
    });
    let disturb = async {
        commit_begins(&server).await;
        lose(&path);
        // The way is a task of this thread.
        tokio::time::sleep(Duration::from_millis(20)).await;
        end(&server);
    };
    let (done, ()) = tokio::join!(work, disturb);
    let rows = sqlx::Postgres::text(&pool, "SELECT count(*)::text FROM slow").await.unwrap();
    assert_eq!(rows, "1");
    (done, runs.into_inner())
}

async fn commit_begins(server: &Server<sqlx::Postgres>) {
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    for _ in 0..500 {
        if server.execute(sql).trim() == "1" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{}", server.execute("SELECT query, state, wait_event FROM pg_stat_activity"));
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
