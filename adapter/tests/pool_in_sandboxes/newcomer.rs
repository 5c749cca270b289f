//! A server whose slots are all taken by sandboxes that have vanished.

use std::time::Duration;

use lambdafy::pool::{Config, Pool};

use super::database::{System, session_id};
use super::function::{frozen, function, get};

on_both!(a_newcomer_gets_in_where_the_account_is_capped_and_a_reaper_is_there);

async fn a_newcomer_gets_in_where_the_account_is_capped_and_a_reaper_is_there<DB: System>() {
    let server = DB::with_slots(10);
    server.execute(DB::CAP_ACCOUNT);
    server.execute(&DB::make_reaper(server.password()));
    let emulator = function(&server, "usual").reach(server.address()).start().await.unwrap();
    for dead in 1..=2 {
        get(&emulator, "/session").await;
        let sandbox = frozen(&emulator).await;
        sandbox.vanish();
        sandbox.ended().await;
        assert_eq!(server.sessions(), dead, "the server was told");
    }
    // A session may be ended that has been parked for a second, and MariaDB counts whole ones.
    tokio::time::sleep(Duration::from_millis(2100)).await;
    let (app, reaper) = (server.options.clone(), server.options_of("reaper"));
    let pool = Pool::<DB>::with_reaper(Config::new(), app, reaper);
    session_id(&pool).await;
    let status = pool.status();
    assert!(status.evicted >= 1 && status.failures == 0, "{status:?}");
    // The first time that it is refused: well within a second on a machine that has time.
    assert!(status.refusals <= 3, "{status:?}");
}
