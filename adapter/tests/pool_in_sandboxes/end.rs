//! SIGTERM, snapshots, deadlines.

use std::time::{Duration, Instant};

use lambdafy::pool::Config;

use super::database::System;
use super::function::{ask, count, frozen, function, get, settings};

on_both!(
    a_polite_end_closes_the_session,
    no_connection_is_in_a_snapshot,
    a_full_server_is_answered_503_before_the_deadline,
);

async fn a_polite_end_closes_the_session<DB: System>() {
    let server = DB::with_slots(10);
    let emulator = function(&server, "usual").start().await.unwrap();
    get(&emulator, "/session").await;
    let sandbox = frozen(&emulator).await;
    assert_eq!(sandbox.extensions(), ["lambdafy"]);
    sandbox.end();
    sandbox.ended().await;
    server.has_sessions(0).await;
}

async fn no_connection_is_in_a_snapshot<DB: System>() {
    let server = DB::with_slots(10);
    let settings = settings().snapstart(true);
    let emulator = function(&server, "warm").function(settings).start().await.unwrap();
    get(&emulator, "/session").await;
    assert_eq!(count(&emulator, "ClosedWithPool").await, 1, "before the snapshot");
    assert_eq!(count(&emulator, "Connects").await, 2, "before it and after the restore");
    server.has_sessions(1).await;
}

async fn a_full_server_is_answered_503_before_the_deadline<DB: System>() {
    let server = DB::with_slots(10);
    let crowd = server.pool(Config::new().max_connections(10));
    let emulator =
        function(&server, "usual").timeout(Duration::from_secs(5)).start().await.unwrap();
    // The start is not what is looked at.
    get(&emulator, "/status").await;
    let mut held = Vec::new();
    for _ in 0..10 {
        held.push(crowd.get().await.unwrap());
    }
    let asked = Instant::now();
    let (status, body) = ask(&emulator, "GET", "/session").await;
    assert_eq!((status, &*body), (503, "The database is busy.\n"));
    assert!(asked.elapsed() > Duration::from_secs(4), "{:?}", asked.elapsed());
    assert!(count(&emulator, "Retries").await >= 3);
    held.pop().unwrap().close().await;
    get(&emulator, "/session").await;
}
