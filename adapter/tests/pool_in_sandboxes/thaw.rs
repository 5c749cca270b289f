//! What the first invocation after a freeze finds, where a frozen sandbox hears nothing: its network is
//! cut meanwhile, as that of a machine that stands still.

use std::time::Duration;

use lambdafy_backends::Relay;

use super::database::System;
use super::function::{DATABASE, count, frozen, function, get, invoke, status};
use super::path::Path;

on_both!(
    a_session_that_was_timed_out_meanwhile_is_not_noticed,
    a_session_that_was_killed_meanwhile_is_not_noticed,
    a_way_that_forgot_the_connection_costs_a_ping,
    a_session_that_nothing_happened_to_is_used_again,
    sqlxs_pool_with_hooks_has_heard_everything_before_a_freeze,
);

/// From when on a connection is asked whether it still works.
const PING_AFTER: Duration = Duration::from_secs(1);

async fn a_session_that_was_timed_out_meanwhile_is_not_noticed<DB: System>() {
    let server = DB::with_slots(10);
    let emulator = function(&server, "short lease").reach(server.address()).start().await.unwrap();
    get(&emulator, "/session").await;
    frozen(&emulator).await;
    server.has_sessions(0).await;
    get(&emulator, "/session").await;
    assert_eq!(count(&emulator, "ClosedStale").await, 1, "without asking");
}

async fn a_session_that_was_killed_meanwhile_is_not_noticed<DB: System>() {
    let server = DB::with_slots(10);
    let emulator = function(&server, "usual").reach(server.address()).start().await.unwrap();
    get(&emulator, "/session").await;
    frozen(&emulator).await;
    DB::kill_sessions(&server);
    server.has_sessions(0).await;
    tokio::time::sleep(PING_AFTER).await;
    get(&emulator, "/session").await;
    assert_eq!(count(&emulator, "ClosedDead").await, 1);
}

async fn a_way_that_forgot_the_connection_costs_a_ping<DB: System>() {
    let server = DB::with_slots(10);
    let path = Path::to(server.address()).await;
    let emulator = function(&server, "usual")
        .env(DATABASE, server.url_at(path.address))
        .reach(path.address)
        .start()
        .await
        .unwrap();
    get(&emulator, "/session").await;
    frozen(&emulator).await;
    path.forget();
    tokio::time::sleep(PING_AFTER).await;
    let invoked = invoke(&emulator, "GET", "/session").await;
    assert_eq!(status(&invoked), 200);
    // How soon after it, tests/pool/liveness.rs tries often enough to tell on a busy machine, too.
    assert!(invoked.duration >= Duration::from_millis(250), "{:?}", invoked.duration);
    assert!(invoked.duration < Duration::from_secs(3), "not the deadline: {:?}", invoked.duration);
    assert_eq!(count(&emulator, "ClosedDead").await, 1);
    assert_eq!(count(&emulator, "Pings").await, 1);
}

async fn a_session_that_nothing_happened_to_is_used_again<DB: System>() {
    let server = DB::with_slots(10);
    let emulator = function(&server, "usual").reach(server.address()).start().await.unwrap();
    let session = get(&emulator, "/session").await;
    for _ in 0..2 {
        frozen(&emulator).await;
        tokio::time::sleep(PING_AFTER).await;
        assert_eq!(get(&emulator, "/session").await, session);
    }
    assert_eq!(count(&emulator, "Connects").await, 1);
}

/// An answer that comes during a freeze is lost, and TCP repeats it 100 to 300 ms after this one.
async fn sqlxs_pool_with_hooks_has_heard_everything_before_a_freeze<DB: System>() {
    const FREEZE: Duration = Duration::from_millis(300);
    const REPETITION: Duration = Duration::from_millis(80);
    let server = DB::with_slots(10);
    // Far enough that no answer is there before a freeze that does not wait for it.
    let relay = Relay::start(server.address(), Duration::from_millis(10)).unwrap();
    for (pool, connects) in [("hooks that keep", 0), ("hooks that close", 1)] {
        let url = server.url_at(relay.address());
        let function = function(&server, pool).env(DATABASE, url).reach(relay.address());
        let emulator = function.start().await.unwrap();
        // Connects, and has nothing to wait for.
        let first = invoke(&emulator, "GET", "/session").await.duration;
        let mut least = Duration::MAX;
        // A busy machine has other things to do at times, hardly each time.
        for _ in 0..5 {
            frozen(&emulator).await;
            tokio::time::sleep(FREEZE).await;
            let invoked = invoke(&emulator, "GET", "/session").await;
            assert_eq!(status(&invoked), 200, "{pool}");
            least = least.min(invoked.duration);
        }
        assert!(least < REPETITION + first * connects, "{pool}: {least:?} after {first:?}");
    }
}
