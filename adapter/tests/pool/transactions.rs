//! Transactions: begun, ended, forgotten.

use lambdafy::pool::{Config, Keep};
use sqlx::Connection;

use super::database::{System, session_id, table};

on_both!(
    what_is_committed_is_there,
    a_dropped_transaction_holds_no_lock_after_the_invocation,
    a_transaction_in_a_connection_holds_no_lock_after_the_invocation,
    a_transaction_that_sqlx_knows_nothing_of_holds_no_lock_after_the_invocation,
    a_failed_transaction_is_over_after_the_invocation,
    a_session_that_died_is_replaced_before_a_transaction_begins,
    a_session_that_dies_in_a_transaction_is_an_error,
);

async fn what_is_committed_is_there<DB: System>() {
    let server = DB::shared();
    table(server, "committed").await;
    let pool = server.pool(Config::new());
    let mut transaction = pool.begin().await.unwrap();
    DB::run(&mut transaction, "UPDATE committed SET value = 'new'").await.unwrap();
    let mut nested = transaction.begin().await.unwrap();
    DB::run(&mut nested, "UPDATE committed SET value = 'nested'").await.unwrap();
    nested.rollback().await.unwrap();
    transaction.commit().await.unwrap();
    pool.end_invocation().await;
    assert_eq!(DB::text(&pool, "SELECT value FROM committed").await.unwrap(), "new");
    let transaction = pool.begin().await.unwrap();
    transaction.rollback().await.unwrap();
    assert_eq!(pool.status().rollbacks, 0, "what was rolled back is not rolled back again");
}

async fn a_dropped_transaction_holds_no_lock_after_the_invocation<DB: System>() {
    let server = DB::shared();
    table(server, "dropped").await;
    let pool = server.pool(Config::new().keep(Keep::Always));
    let mut transaction = pool.begin().await.unwrap();
    DB::run(&mut transaction, "UPDATE dropped SET value = 'new'").await.unwrap();
    drop(transaction);
    pool.end_invocation().await;
    is_free_and_old(server, "dropped").await;
    assert_eq!((pool.status().rollbacks, pool.status().idle), (1, 1));
}

async fn a_transaction_in_a_connection_holds_no_lock_after_the_invocation<DB: System>() {
    let server = DB::shared();
    table(server, "inside").await;
    let pool = server.pool(Config::new().keep(Keep::Always));
    let mut connection = pool.get().await.unwrap();
    let mut transaction = connection.begin().await.unwrap();
    DB::run(&mut transaction, "UPDATE inside SET value = 'new'").await.unwrap();
    std::mem::forget(transaction);
    drop(connection);
    pool.end_invocation().await;
    is_free_and_old(server, "inside").await;
    assert_eq!((pool.status().rollbacks, pool.status().idle), (1, 1));
}

async fn a_transaction_that_sqlx_knows_nothing_of_holds_no_lock_after_the_invocation<DB: System>() {
    let server = DB::shared();
    table(server, "raw").await;
    let pool = server.pool(Config::new().keep(Keep::Always));
    let mut connection = pool.get().await.unwrap();
    DB::run(&mut connection, "BEGIN").await.unwrap();
    DB::run(&mut connection, "UPDATE raw SET value = 'new'").await.unwrap();
    drop(connection);
    pool.end_invocation().await;
    is_free_and_old(server, "raw").await;
    assert_eq!(pool.status().idle, 1);
}

async fn a_failed_transaction_is_over_after_the_invocation<DB: System>() {
    let server = DB::shared();
    table(server, "failed").await;
    let pool = server.pool(Config::new().keep(Keep::Always));
    let mut connection = pool.get().await.unwrap();
    DB::run(&mut connection, "BEGIN").await.unwrap();
    DB::run(&mut connection, "UPDATE failed SET value = 'new'").await.unwrap();
    DB::run(&mut connection, "SELECT nonsense").await.unwrap_err();
    drop(connection);
    pool.end_invocation().await;
    is_free_and_old(server, "failed").await;
    assert_eq!(pool.status().idle, 1);
}

async fn a_session_that_died_is_replaced_before_a_transaction_begins<DB: System>() {
    let server = DB::with_slots(5);
    table(&server, "replaced").await;
    let pool = server.pool(Config::new().keep(Keep::Always));
    for _ in 0..10 {
        let first = session_id(&pool).await;
        pool.end_invocation().await;
        DB::kill_sessions(&server);
        let mut transaction = pool.begin().await.unwrap();
        DB::run(&mut transaction, "UPDATE replaced SET value = 'new'").await.unwrap();
        transaction.commit().await.unwrap();
        pool.end_invocation().await;
        assert_ne!(session_id(&pool).await, first);
    }
}

async fn a_session_that_dies_in_a_transaction_is_an_error<DB: System>() {
    let server = DB::with_slots(5);
    table(&server, "broken").await;
    let pool = server.pool(Config::new().keep(Keep::Always));
    let mut transaction = pool.begin().await.unwrap();
    DB::run(&mut transaction, "UPDATE broken SET value = 'new'").await.unwrap();
    DB::kill_sessions(&server);
    DB::run(&mut transaction, "UPDATE broken SET value = 'newer'").await.unwrap_err();
    transaction.commit().await.unwrap_err();
    pool.end_invocation().await;
    is_free_and_old(&server, "broken").await;
    assert_eq!(pool.status().closed_broken, 1);
}

/// Nobody has locked the row, and nobody has changed it.
async fn is_free_and_old<DB: System>(server: &super::database::Server<DB>, table: &str) {
    let other = server.pool(Config::new());
    let sql = format!("SELECT value FROM {table} WHERE id = 1 FOR UPDATE NOWAIT");
    assert_eq!(DB::text(&other, &sql).await.unwrap(), "old");
}
