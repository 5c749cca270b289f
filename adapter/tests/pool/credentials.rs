//! Connect options that are asked for before each connect.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lambdafy::pool::{Ask, Config, ConnectOptions, Error, Keep, Pool};

use super::database::{Server, System, session_id};

on_both!(
    the_provider_is_asked_for_each_connect,
    a_password_that_was_rotated_is_asked_for_again,
    a_wrong_password_is_refused_once_and_not_tried_on,
    a_provider_that_fails_says_why,
    no_secret_is_shown,
);

async fn the_provider_is_asked_for_each_connect<DB: System>() {
    let (asked, options) = (Arc::new(AtomicUsize::new(0)), DB::shared().options.clone());
    let count = asked.clone();
    let pool: Pool<DB> = Pool::with_provider(Config::new().keep(Keep::Never), move |ask| {
        assert_eq!(ask, Ask::Connect);
        count.fetch_add(1, Ordering::Relaxed);
        let options = options.clone();
        async move { Ok(options) }
    });
    for round in 1..=3 {
        session_id(&pool).await;
        pool.end_invocation().await;
        assert_eq!(asked.load(Ordering::Relaxed), round);
    }
}

async fn a_password_that_was_rotated_is_asked_for_again<DB: System>() {
    let server = DB::shared();
    let (old, new) = (wrong(server), server.options.clone());
    let pool: Pool<DB> = Pool::with_provider(Config::new(), move |ask| {
        let options = if ask == Ask::AfterRefusal { new.clone() } else { old.clone() };
        async move { Ok(options) }
    });
    session_id(&pool).await;
    assert_eq!(pool.status().connects, 1);
}

async fn a_wrong_password_is_refused_once_and_not_tried_on<DB: System>() {
    let server = DB::shared();
    let pool: Pool<DB> = Pool::with(Config::new(), wrong(server));
    let error = pool.get().await.unwrap_err();
    assert!(matches!(error, Error::Refused(_)), "{error:?}");
    assert_eq!((error.retry_after(), pool.status().retries), (None, 0));
}

async fn a_provider_that_fails_says_why<DB: System>() {
    let pool: Pool<DB> =
        Pool::with_provider(Config::new(), |_| async { Err("no secret of that name".into()) });
    let error = pool.get().await.unwrap_err();
    assert_eq!(error.to_string(), "the connect options could not be had: no secret of that name");
}

async fn no_secret_is_shown<DB: System>() {
    let server = DB::shared();
    let pool: Pool<DB> = server.pool(Config::new());
    let connection = pool.get().await.unwrap();
    let wrong: Pool<DB> = Pool::with(Config::new(), wrong(server));
    let error = wrong.get().await.unwrap_err();
    let shown = format!("{pool:?} {pool:#?} {connection:?} {error} {error:?} {:?}", pool.status());
    assert!(!shown.contains(server.password()) && !shown.contains("not the password"), "{shown}");
}

fn wrong<DB: System>(server: &Server<DB>) -> ConnectOptions<DB> {
    DB::with_password(server.options.clone(), "not the password")
}
