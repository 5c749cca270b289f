//! Frozen between invocations.

use std::time::Duration;

use super::database::{System, table};
use super::function::{count, frozen, function, get, post};

on_both!(
    a_frozen_sandbox_has_no_row_locked,
    a_frozen_sandbox_has_no_row_locked_by_a_transaction_of_its_own,
    a_session_is_parked_before_the_freeze_and_used_again_after_it,
    a_session_that_the_server_ended_during_the_freeze_is_not_noticed,
    a_session_that_was_killed_during_the_freeze_is_not_noticed,
    a_connection_of_the_start_is_parked_before_the_first_freeze,
);

async fn a_frozen_sandbox_has_no_row_locked<DB: System>() {
    leaves_no_lock::<DB>("/forget").await;
}

async fn a_frozen_sandbox_has_no_row_locked_by_a_transaction_of_its_own<DB: System>() {
    leaves_no_lock::<DB>("/forget-raw").await;
}

async fn leaves_no_lock<DB: System>(path: &str) {
    let server = DB::with_slots(10);
    table(&server, "locked").await;
    let emulator = function(&server, "usual").start().await.unwrap();
    let other = server.pool(lambdafy::pool::Config::new());
    for _ in 0..20 {
        post(&emulator, path).await;
        frozen(&emulator).await;
        let sql = "SELECT value FROM locked WHERE id = 1 FOR UPDATE NOWAIT";
        assert_eq!(DB::text(&other, sql).await.unwrap(), "old");
    }
    assert_eq!(count(&emulator, "Connects").await, 1);
}

async fn a_session_is_parked_before_the_freeze_and_used_again_after_it<DB: System>() {
    let server = DB::with_slots(10);
    let emulator = function(&server, "permits").start().await.unwrap();
    let session = get(&emulator, "/session").await;
    for _ in 0..5 {
        frozen(&emulator).await;
        assert_eq!(get(&emulator, "/session").await, session);
    }
    assert_eq!(count(&emulator, "Connects").await, 1);
    assert_eq!(count(&emulator, "InUse").await, 0);
}

async fn a_session_that_the_server_ended_during_the_freeze_is_not_noticed<DB: System>() {
    let server = DB::with_slots(10);
    let emulator = function(&server, "short lease").start().await.unwrap();
    for _ in 0..2 {
        get(&emulator, "/session").await;
        frozen(&emulator).await;
        server.has_sessions(0).await;
    }
    get(&emulator, "/session").await;
    assert_eq!(count(&emulator, "ClosedStale").await, 2);
}

async fn a_session_that_was_killed_during_the_freeze_is_not_noticed<DB: System>() {
    let server = DB::with_slots(10);
    // Without a ping: what the socket shows is enough where only the process was stopped.
    let emulator = function(&server, "young").start().await.unwrap();
    get(&emulator, "/session").await;
    for _ in 0..5 {
        frozen(&emulator).await;
        DB::kill_sessions(&server);
        server.has_sessions(0).await;
        get(&emulator, "/session").await;
    }
    assert_eq!(count(&emulator, "ClosedDead").await, 5);
}

async fn a_connection_of_the_start_is_parked_before_the_first_freeze<DB: System>() {
    let server = DB::with_slots(10);
    let emulator = function(&server, "warm").start().await.unwrap();
    let session = get(&emulator, "/session").await;
    frozen(&emulator).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(get(&emulator, "/session").await, session);
    assert_eq!((count(&emulator, "Connects").await, server.sessions()), (1, 1));
}
