//! Statements in all the ways that sqlx has.

use futures_util::TryStreamExt;
use lambdafy::pool::{Config, Keep, PgPool};
use sqlx::{Executor, Row};

use super::database::{System, session_id};

on_both!(
    statements_run_on_the_pool_as_on_sqlxs_own,
    a_failed_statement_costs_no_connection,
    who_tries_again_after_a_session_has_died_gets_another,
);

async fn statements_run_on_the_pool_as_on_sqlxs_own<DB: System>() {
    let pool = DB::shared().pool(Config::new().keep(Keep::Always));
    let first = session_id(&pool).await;
    assert_eq!(session_id(&pool).await, first);
    assert_eq!(pool.status().in_use, 0);
}

async fn a_failed_statement_costs_no_connection<DB: System>() {
    let pool = DB::shared().pool(Config::new().keep(Keep::Always));
    let first = session_id(&pool).await;
    DB::text(&pool, "SELECT nonsense").await.unwrap_err();
    assert_eq!(session_id(&pool).await, first);
    pool.end_invocation().await;
    assert_eq!(session_id(&pool).await, first);
    assert_eq!(pool.status().closed_broken, 0);
}

async fn who_tries_again_after_a_session_has_died_gets_another<DB: System>() {
    let server = DB::with_slots(5);
    let pool = server.pool(Config::new().max_connections(1));
    // PostgreSQL says that it goes a moment before it goes: most of these come in between.
    for _ in 0..10 {
        let dying = DB::text(&pool, DB::LONG);
        let killing = async {
            while server.execute(DB::STATEMENTS).trim() != "1" {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            DB::kill_sessions(&server);
        };
        let (died, ()) = tokio::join!(dying, killing);
        died.unwrap_err();
        session_id(&pool).await;
    }
    assert_eq!(pool.status().closed_broken, 10);
}

#[tokio::test]
async fn prepared_statements_outlive_the_invocation() {
    use sqlx::Connection;

    let pool = sqlx::Postgres::shared().pool(Config::new().keep(Keep::Always));
    for round in 0..3 {
        let mut connection = pool.get().await.unwrap();
        assert_eq!(connection.cached_statements_size(), usize::from(round > 0));
        let row = sqlx::query("SELECT $1::int + 1").bind(round).fetch_one(&mut *connection).await;
        assert_eq!(row.unwrap().get::<i32, _>(0), round + 1);
        drop(connection);
        pool.end_invocation().await;
    }
    assert_eq!(pool.status().connects, 1);
}

#[tokio::test]
async fn rows_come_as_a_stream() {
    let pool: PgPool = sqlx::Postgres::shared().pool(Config::new());
    let rows: Vec<i32> = sqlx::query_scalar::<_, i32>("SELECT generate_series(1, $1)")
        .bind(1000)
        .fetch(&pool)
        .try_collect()
        .await
        .unwrap();
    assert_eq!(rows, (1..=1000).collect::<Vec<_>>());
    assert_eq!(pool.status().in_use, 0);
}

/// sqlx might read the rest of the first answer as the second's.
#[tokio::test]
async fn a_statement_that_was_given_up_half_way_does_not_disturb_the_next() {
    let pool = sqlx::MySql::shared().pool(Config::new().keep(Keep::Always).max_connections(1));
    for _ in 0..5 {
        let mut connection = pool.get().await.unwrap();
        let slow = connection.execute("SELECT 'slow', SLEEP(0.15)");
        tokio::time::timeout(std::time::Duration::from_millis(30), slow).await.unwrap_err();
        drop(connection);
        let text = sqlx::MySql::text(&pool, "SELECT 'quick'").await.unwrap();
        assert_eq!(text, "quick");
        let pair: (String, i64) =
            sqlx::query_as("SELECT 'bound', ?").bind(7).fetch_one(&pool).await.unwrap();
        assert_eq!(pair, ("bound".to_owned(), 7));
    }
}
