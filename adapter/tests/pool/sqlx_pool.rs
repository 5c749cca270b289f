//! sqlx's own pool with hooks.

use std::time::Duration;

use lambdafy::pool::{Config, Keep, PoolOptionsExt};
use sqlx::pool::PoolOptions;

use super::database::{Server, System, table};
use super::path::Path;

on_both!(
    its_sessions_are_limited_and_reset,
    it_keeps_what_the_rule_keeps,
    it_replaces_what_the_server_has_ended,
    it_replaces_what_the_way_has_forgotten,
    it_holds_no_lock_after_a_dropped_transaction,
);

async fn its_sessions_are_limited_and_reset<DB: System>() {
    let server = DB::with_slots(10);
    let config = Config::new().keep(Keep::Always).transaction_limit(Duration::from_secs(5));
    let pool = pool(&server, &config);
    for _ in 0..3 {
        let mut connection = pool.acquire().await.unwrap();
        assert_eq!(DB::text_of(&mut connection, DB::TRANSACTION_LIMIT).await.unwrap(), "5s");
        assert_eq!(DB::text_of(&mut connection, DB::TIME_ZONE).await.unwrap(), DB::UTC);
        DB::run(&mut connection, DB::OTHER_TIME_ZONE).await.unwrap();
        connection.return_to_pool().await;
        assert_eq!((pool.size(), pool.num_idle()), (1, 1));
    }
}

async fn it_keeps_what_the_rule_keeps<DB: System>() {
    let server = DB::with_slots(10);
    let config = Config::new().keep(Keep::Permits { percent: 10 });
    let (one, other) = (pool(&server, &config), pool(&server, &config));
    for _ in 0..3 {
        one.acquire().await.unwrap().return_to_pool().await;
        other.acquire().await.unwrap().return_to_pool().await;
        assert_eq!((one.num_idle(), other.size()), (1, 0));
    }
    let never = pool(&server, &Config::new().keep(Keep::Never));
    never.acquire().await.unwrap().return_to_pool().await;
    assert_eq!(never.size(), 0);
}

async fn it_replaces_what_the_server_has_ended<DB: System>() {
    let server = DB::with_slots(10);
    let config = Config::new().keep(Keep::Always).ping_after(Duration::ZERO);
    let pool = pool(&server, &config);
    pool.acquire().await.unwrap().return_to_pool().await;
    DB::kill_sessions(&server);
    server.has_sessions(0).await;
    let mut connection = pool.acquire().await.unwrap();
    DB::text_of(&mut connection, DB::SESSION_ID).await.unwrap();
    assert_eq!(pool.size(), 1);
}

async fn it_replaces_what_the_way_has_forgotten<DB: System>() {
    let server = DB::shared();
    let path = Path::to(server.address()).await;
    let config = Config::new().keep(Keep::Always).ping_after(Duration::ZERO);
    let options = server.options_at(path.address);
    let pool = PoolOptions::<DB>::new().connect_in_sandboxes(config.max_connections(1), options);
    pool.acquire().await.unwrap().return_to_pool().await;
    path.forget();
    let acquired = tokio::time::timeout(Duration::from_secs(5), pool.acquire()).await;
    DB::text_of(&mut acquired.unwrap().unwrap(), DB::SESSION_ID).await.unwrap();
}

async fn it_holds_no_lock_after_a_dropped_transaction<DB: System>() {
    let server = DB::shared();
    table(server, "hooked").await;
    let hooked = pool(server, &Config::new().keep(Keep::Always));
    let mut transaction = hooked.begin().await.unwrap();
    DB::run(&mut transaction, "UPDATE hooked SET value = 'new'").await.unwrap();
    drop(transaction);
    // The rollback is a task of sqlx's.
    while hooked.num_idle() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let other = server.pool(Config::new());
    let sql = "SELECT value FROM hooked WHERE id = 1 FOR UPDATE NOWAIT";
    assert_eq!(DB::text(&other, sql).await.unwrap(), "old");
}

fn pool<DB: System>(server: &Server<DB>, config: &Config) -> sqlx::Pool<DB> {
    let config = config.clone().max_connections(1);
    PoolOptions::<DB>::new().connect_in_sandboxes(config, server.options.clone())
}
