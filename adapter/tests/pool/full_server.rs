//! A server without a free slot.

use std::time::Duration;

use lambdafy::pool::{Config, Error, Keep, Pool};

use super::database::{System, session_id};

/// MariaDB has no fewer.
const SLOTS: u32 = 10;

on_both!(
    a_free_slot_is_waited_for,
    a_server_that_stays_full_is_busy,
    an_account_that_has_its_sessions_is_busy,
    many_on_few_slots_wait_and_do_not_fail,
    a_reaper_makes_room_on_a_server_full_of_parked_sessions,
);

async fn a_free_slot_is_waited_for<DB: System>() {
    let server = DB::with_slots(SLOTS);
    let crowd = server.pool(Config::new().max_connections(10));
    let mut held = fill(&crowd).await;
    let pool = server.pool(Config::new());
    let waiting = tokio::spawn({
        let pool = pool.clone();
        async move { session_id(&pool).await }
    });
    while pool.status().refusals == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(!waiting.is_finished());
    held.pop().unwrap().close().await;
    waiting.await.unwrap();
    let status = pool.status();
    assert!(status.refusals >= 1 && status.retries >= 1, "{status:?}");
}

async fn a_server_that_stays_full_is_busy<DB: System>() {
    let server = DB::with_slots(SLOTS);
    let crowd = server.pool(Config::new().max_connections(10));
    let _held = fill(&crowd).await;
    let pool = server.pool(Config::new().max_wait(Duration::from_secs(2)));
    let error = pool.get().await.unwrap_err();
    assert!(matches!(error, Error::Busy(_)), "{error:?}");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(1)));
    assert!(pool.status().refusals >= 2, "{:?}", pool.status());
}

async fn an_account_that_has_its_sessions_is_busy<DB: System>() {
    let server = DB::with_slots(10);
    server.execute(DB::CAP_ACCOUNT);
    let crowd = server.pool(Config::new().max_connections(10));
    let _held = [crowd.get().await.unwrap(), crowd.get().await.unwrap()];
    let pool = server.pool(Config::new().max_wait(Duration::from_secs(2)));
    let error = pool.get().await.unwrap_err();
    assert!(matches!(error, Error::Busy(_)), "{error:?}");
}

async fn many_on_few_slots_wait_and_do_not_fail<DB: System>() {
    let server = DB::with_slots(SLOTS);
    let config = Config::new().keep(Keep::Permits { percent: 30 });
    let tasks: Vec<_> = (0..25)
        .map(|_| {
            let pool = server.pool(config.clone());
            tokio::spawn(async move {
                for _ in 0..5 {
                    session_id(&pool).await;
                    pool.end_invocation().await;
                }
                pool.status()
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().failures, 0);
    }
}

async fn a_reaper_makes_room_on_a_server_full_of_parked_sessions<DB: System>() {
    let server = DB::with_slots(5);
    server.execute(DB::CAP_ACCOUNT);
    server.execute(&DB::make_reaper(server.password()));
    let config = Config::new().application("full").keep(Keep::Always);
    let parked: Vec<Pool<DB>> = (0..2).map(|_| server.pool(config.clone())).collect();
    for pool in &parked {
        session_id(pool).await;
        pool.end_invocation().await;
    }
    tokio::time::sleep(Duration::from_millis(2100)).await;
    let pool = Pool::<DB>::with_reaper(config, server.options.clone(), server.options_of("reaper"));
    session_id(&pool).await;
    let status = pool.status();
    assert!(status.evicted >= 1 && status.failures == 0, "{status:?}");
    // The first time that it is refused: well within a second on a machine that has time.
    assert!(status.refusals <= 3, "{status:?}");
}

/// Takes all slots.
async fn fill<DB: System>(crowd: &Pool<DB>) -> Vec<lambdafy::pool::Connection<DB>> {
    let mut held = Vec::new();
    for _ in 0..SLOTS {
        held.push(crowd.get().await.unwrap());
    }
    held
}
