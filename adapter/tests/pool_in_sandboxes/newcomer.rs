//! A server whose slots are all taken by sandboxes that have vanished.

use std::time::{Duration, Instant};

use lambdafy::pool::{Config, Pool};

use super::database::{Server, System, session_id};
use super::function::{frozen, function, get};

/// As many sessions as the account may have.
const DEAD: usize = 2;

on_both!(a_newcomer_gets_in_where_the_account_is_capped_and_a_reaper_is_there);

async fn a_newcomer_gets_in_where_the_account_is_capped_and_a_reaper_is_there<DB: System>() {
    let server = DB::with_slots(10);
    server.execute(DB::CAP_ACCOUNT);
    server.execute(&DB::make_reaper(server.password()));
    let mut quickest = Duration::MAX;
    // A busy machine has other things to do at times, hardly each time.
    for _ in 0..5 {
        quickest = quickest.min(time_to_get_in(&server).await);
        if quickest < Duration::from_secs(1) {
            return;
        }
    }
    panic!("a newcomer was in after {quickest:?}");
}

async fn time_to_get_in<DB: System>(server: &Server<DB>) -> Duration {
    fill(server).await;
    let (app, reaper) = (server.options.clone(), server.options_of("reaper"));
    let began = Instant::now();
    let pool = Pool::<DB>::with_reaper(Config::new(), app, reaper);
    session_id(&pool).await;
    let took = began.elapsed();
    let status = pool.status();
    let evicted = usize::try_from(status.evicted).unwrap();
    assert!(evicted >= 1 && status.failures == 0, "{status:?}");
    pool.close().await;
    server.has_sessions(DEAD - evicted).await;
    took
}

/// Takes all slots of the account, by sandboxes that vanish.
async fn fill<DB: System>(server: &Server<DB>) {
    let emulator = function(server, "usual").reach(server.address()).start().await.unwrap();
    while server.sessions() < DEAD {
        get(&emulator, "/session").await;
        let sandbox = frozen(&emulator).await;
        let before = server.sessions();
        sandbox.vanish();
        sandbox.ended().await;
        assert_eq!(server.sessions(), before, "the server was told");
    }
    // A session may be ended that has been parked for a second, and MariaDB counts whole ones.
    tokio::time::sleep(Duration::from_millis(2100)).await;
}
