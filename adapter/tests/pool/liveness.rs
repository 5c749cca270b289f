//! What a parked connection has gone through, and that the next invocation does not notice.

use std::time::{Duration, Instant};

use lambdafy::pool::{Config, Keep, Pool};

use super::database::{System, session_id};
use super::path::Path;

on_both!(
    a_session_that_the_server_has_ended_is_replaced_without_a_ping,
    a_session_whose_lease_is_over_is_replaced_without_asking,
    a_session_of_a_certain_age_is_asked_once,
    a_way_that_forgot_the_connection_costs_a_ping_and_no_more,
    a_way_that_forgot_the_connection_does_not_hold_up_the_end,
    an_ended_lease_ends_the_session_on_the_server,
);

async fn a_session_that_the_server_has_ended_is_replaced_without_a_ping<DB: System>() {
    let server = DB::with_slots(5);
    let pool = parked::<DB>(server.pool(Config::new().keep(Keep::Always))).await;
    DB::kill_sessions(&server);
    server.has_sessions(0).await;
    session_id(&pool).await;
    let status = pool.status();
    // PostgreSQL says why before it goes: that is read by a ping, which fails at once.
    let most_pings = u64::from(DB::NAME == "PostgreSQL");
    assert_eq!((status.connects, status.closed_dead), (2, 1), "{status:?}");
    assert!(status.pings <= most_pings, "{status:?}");
}

async fn a_session_whose_lease_is_over_is_replaced_without_asking<DB: System>() {
    let config = Config::new().keep(Keep::Always).lease(Duration::from_secs(1));
    let pool = parked::<DB>(DB::shared().pool(config)).await;
    tokio::time::sleep(Duration::from_millis(550)).await;
    session_id(&pool).await;
    let status = pool.status();
    assert_eq!((status.connects, status.closed_stale, status.pings), (2, 1, 0), "{status:?}");
}

async fn a_session_of_a_certain_age_is_asked_once<DB: System>() {
    let config = Config::new().keep(Keep::Always).ping_after(Duration::from_millis(100));
    let pool = parked::<DB>(DB::shared().pool(config)).await;
    tokio::time::sleep(Duration::from_millis(110)).await;
    session_id(&pool).await;
    let status = pool.status();
    assert_eq!((status.connects, status.reuses, status.pings), (1, 1, 1), "{status:?}");
}

async fn a_way_that_forgot_the_connection_costs_a_ping_and_no_more<DB: System>() {
    let mut least = Duration::MAX;
    // A busy machine has other things to do at times, hardly each time.
    for _ in 0..20 {
        let (first, again) = times_to_connect::<DB>().await;
        least = least.min(again.saturating_sub(first));
        if least < Duration::from_millis(300) {
            return;
        }
    }
    panic!("a new connection took {least:?} longer than the first");
}

/// How long the first connection takes, and that after the path has forgotten it.
async fn times_to_connect<DB: System>() -> (Duration, Duration) {
    let server = DB::shared();
    let path = Path::to(server.address()).await;
    let config = Config::new().keep(Keep::Always).ping_after(Duration::ZERO);
    let pool = Pool::<DB>::with(config, server.options_at(path.address));
    let began = Instant::now();
    drop(pool.get().await.unwrap());
    let first = began.elapsed();
    pool.end_invocation().await;
    path.forget();
    let began = Instant::now();
    drop(pool.get().await.unwrap());
    let again = began.elapsed();
    assert!(again >= Duration::from_millis(250), "{again:?}");
    let status = pool.status();
    assert_eq!((status.connects, status.pings, status.closed_dead), (2, 1, 1), "{status:?}");
    (first, again)
}

async fn a_way_that_forgot_the_connection_does_not_hold_up_the_end<DB: System>() {
    let server = DB::shared();
    let path = Path::to(server.address()).await;
    let config = Config::new().keep(Keep::Always);
    let pool: Pool<DB> = Pool::with(config, server.options_at(path.address));
    let connection = pool.get().await.unwrap();
    path.forget();
    drop(connection);
    tokio::time::timeout(Duration::from_secs(5), pool.end_invocation()).await.unwrap();
    assert_eq!((pool.status().closed_broken, pool.status().idle), (1, 0));
}

async fn an_ended_lease_ends_the_session_on_the_server<DB: System>() {
    let server = DB::with_slots(5);
    let config = Config::new().keep(Keep::Always).lease(Duration::from_secs(1));
    let started = Instant::now();
    let pool = parked::<DB>(server.pool(config)).await;
    server.has_sessions(0).await;
    let took = started.elapsed();
    assert!(took >= Duration::from_secs(1) && took < Duration::from_secs(4), "{took:?}");
    assert_eq!(pool.status().idle, 1, "nothing runs on this side");
}

/// The pool after an invocation that has used its connection.
async fn parked<DB: System>(pool: Pool<DB>) -> Pool<DB> {
    session_id(&pool).await;
    pool.end_invocation().await;
    assert_eq!((pool.status().connects, pool.status().idle), (1, 1));
    pool
}
