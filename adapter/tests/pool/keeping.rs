//! Which connections stay open after the invocation, and which sessions are ended.

use std::time::Duration;

use lambdafy::pool::{Config, Keep, Pool};

use super::database::{Server, System, session_id};

on_both!(
    no_more_sessions_are_parked_than_there_are_permits,
    a_permit_is_free_when_its_session_ends,
    a_session_keeps_its_permit,
    permits_are_the_applications_own,
    nothing_is_kept_on_a_server_under_pressure,
    nothing_is_kept_if_nothing_is_to_be_kept,
    parked_sessions_of_the_same_application_make_room,
);

async fn no_more_sessions_are_parked_than_there_are_permits<DB: System>() {
    let server = DB::with_slots(20);
    // 20 slots and 10 %: two permits.
    let config = Config::new().keep(Keep::Permits { percent: 10 });
    let mut parked = 0;
    let pools: Vec<Pool<DB>> = (0..10).map(|_| server.pool(config.clone())).collect();
    for _ in 0..5 {
        for pool in &pools {
            invocation(pool).await;
        }
        parked = pools.iter().map(|pool| pool.status().idle).sum();
        assert!(parked <= 2, "{parked}");
    }
    assert_eq!(parked, 2);
    server.has_sessions(2).await;
}

async fn a_permit_is_free_when_its_session_ends<DB: System>() {
    let server = DB::with_slots(10);
    let config = Config::new().keep(Keep::Permits { percent: 10 });
    let (one, other) = (server.pool(config.clone()), server.pool(config));
    invocation(&one).await;
    invocation(&other).await;
    assert_eq!((one.status().idle, other.status().idle), (1, 0));
    DB::kill_sessions(&server);
    server.has_sessions(0).await;
    invocation(&other).await;
    assert_eq!(other.status().idle, 1);
    invocation(&one).await;
    assert_eq!((one.status().idle, other.status().idle), (0, 1));
}

async fn a_session_keeps_its_permit<DB: System>() {
    let server = DB::with_slots(10);
    let pool = server.pool(Config::new().keep(Keep::Permits { percent: 50 }));
    for _ in 0..20 {
        invocation(&pool).await;
    }
    let status = pool.status();
    assert_eq!((status.connects, status.closed_unkept), (1, 0), "{status:?}");
}

async fn permits_are_the_applications_own<DB: System>() {
    let server = DB::with_slots(10);
    let config = Config::new().keep(Keep::Permits { percent: 10 });
    let one = server.pool(config.clone().application("billing"));
    let other = server.pool(config.application("shipping"));
    invocation(&one).await;
    invocation(&other).await;
    assert_eq!((one.status().idle, other.status().idle), (1, 1));
}

async fn nothing_is_kept_on_a_server_under_pressure<DB: System>() {
    let server = DB::with_slots(10);
    let config = Config::new().keep(Keep::Pressure { percent: 50 });
    let crowd: Pool<DB> = server.pool(Config::new().max_connections(6));
    let pool = server.pool(config.clone());
    invocation(&pool).await;
    assert_eq!(pool.status().idle, 1);
    let mut held = Vec::new();
    for _ in 0..6 {
        held.push(crowd.get().await.unwrap());
    }
    let pool = server.pool(config);
    invocation(&pool).await;
    assert_eq!((pool.status().idle, pool.status().closed_unkept), (0, 1));
}

async fn nothing_is_kept_if_nothing_is_to_be_kept<DB: System>() {
    let server = DB::with_slots(5);
    let pool = server.pool(Config::new().keep(Keep::Never));
    invocation(&pool).await;
    server.has_sessions(0).await;
    assert_eq!((pool.status().idle, pool.status().closed_unkept), (0, 1));
}

async fn parked_sessions_of_the_same_application_make_room<DB: System>() {
    let server = DB::with_slots(10);
    let config = Config::new().application("crowd").keep(Keep::Always);
    let parked: Vec<Pool<DB>> = (0..6).map(|_| server.pool(config.clone())).collect();
    for pool in &parked {
        invocation(pool).await;
    }
    tokio::time::sleep(Duration::from_millis(2100)).await;
    let config = config.keep(Keep::Pressure { percent: 50 }).evict_after(Duration::from_secs(1));
    let pool = server.pool(config);
    invocation(&pool).await;
    assert_eq!(pool.status().evicted, 3);
    server.has_sessions(3).await;
    for pool in &parked {
        session_id(pool).await;
    }
}

#[tokio::test]
async fn only_parked_sessions_of_the_same_application_are_ended_on_postgresql() {
    let server: Server<sqlx::Postgres> = System::with_slots(10);
    let config = Config::new().application("crowd").keep(Keep::Always);
    // One whose app thinks, one of another application, one that nobody parked.
    let thinks = server.pool(config.clone());
    let connection = thinks.get().await.unwrap();
    let stranger = server.pool(config.clone().application("stranger"));
    invocation(&stranger).await;
    let fresh = server.pool(config.clone());
    tokio::time::sleep(Duration::from_millis(1100)).await;
    invocation(&fresh).await;
    let config = config.keep(Keep::Pressure { percent: 10 }).evict_after(Duration::from_secs(1));
    let pool = server.pool(config);
    invocation(&pool).await;
    assert_eq!(pool.status().evicted, 0);
    drop(connection);
    server.has_sessions(3).await;
}

async fn invocation<DB: System>(pool: &Pool<DB>) {
    session_id(pool).await;
    pool.end_invocation().await;
}
