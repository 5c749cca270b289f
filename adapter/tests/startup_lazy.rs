//! `Lazy`: made once, by whoever comes first, again after a failure, and never half.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::FutureExt;
use futures_util::future::join_all;
use lambdafy::startup::Lazy;
use lambdafy::{BoxError, ErrorKind};
use tokio::sync::Notify;

/// A lazy value whose attempts the test counts and ends.
struct Attempts {
    begun: AtomicUsize,
    go_on: Notify,
}

impl Attempts {
    /// Each attempt waits to be told to go on; `result` tells of each whether it works.
    fn lazy(
        result: impl Fn(usize) -> Result<usize, BoxError> + Send + Sync + Copy + 'static,
    ) -> (Arc<Self>, Lazy<usize>) {
        let attempts = Arc::new(Self { begun: AtomicUsize::new(0), go_on: Notify::new() });
        let own = attempts.clone();
        let lazy = Lazy::with("value", move || {
            let own = own.clone();
            async move {
                let attempt = own.begun.fetch_add(1, Ordering::SeqCst);
                own.go_on.notified().await;
                result(attempt)
            }
        });
        (attempts, lazy)
    }

    fn begun(&self) -> usize {
        self.begun.load(Ordering::SeqCst)
    }
}

fn fails_at_first(attempt: usize) -> Result<usize, BoxError> {
    if attempt == 0 { Err("the database is away".into()) } else { Ok(attempt) }
}

#[tokio::test]
async fn concurrent_callers_wait_for_one_attempt() {
    let (attempts, lazy) = Attempts::lazy(|_| Ok(7));
    let callers = join_all((0..20).map(|_| lazy.get()));
    let end = async {
        tokio::task::yield_now().await;
        attempts.go_on.notify_one();
    };
    let (values, ()) = tokio::join!(callers, end);
    assert!(values.into_iter().all(|value| *value.unwrap() == 7));
    assert_eq!(attempts.begun(), 1);
}

#[tokio::test]
async fn a_failed_attempt_is_made_again_by_the_next_caller() {
    let (attempts, lazy) = Attempts::lazy(fails_at_first);
    attempts.go_on.notify_one();
    let error = lazy.get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Init);
    assert_eq!(format!("{error:?}"), "'value' could not be made: the database is away");
    attempts.go_on.notify_one();
    assert_eq!((lazy.get().await.unwrap(), attempts.begun()), (&1, 2));
}

/// Else twenty requests would wait for twenty connect timeouts, one after the other.
#[tokio::test]
async fn those_who_waited_for_an_attempt_share_its_failure() {
    let (attempts, lazy) = Attempts::lazy(fails_at_first);
    let callers = join_all((0..20).map(|_| lazy.get()));
    let end = async {
        tokio::task::yield_now().await;
        attempts.go_on.notify_one();
    };
    let (values, ()) = tokio::join!(callers, end);
    for value in values {
        assert!(format!("{:?}", value.unwrap_err()).contains("the database is away"));
    }
    assert_eq!(attempts.begun(), 1);
    attempts.go_on.notify_one();
    assert_eq!(lazy.get().await.unwrap(), &1);
}

#[tokio::test]
async fn one_of_those_who_wait_goes_on_for_a_caller_that_goes_away() {
    let (attempts, lazy) = Attempts::lazy(Ok);
    let mut first = Box::pin(lazy.get());
    assert!(first.as_mut().now_or_never().is_none());
    let mut second = Box::pin(lazy.get());
    assert!(second.as_mut().now_or_never().is_none());
    assert_eq!(attempts.begun(), 1);
    drop(first);
    assert!(second.as_mut().now_or_never().is_none());
    assert_eq!(attempts.begun(), 2);
    attempts.go_on.notify_one();
    assert_eq!(second.await.unwrap(), &1);
}

#[tokio::test]
async fn a_panic_is_a_failed_attempt() {
    let (attempts, lazy) = Attempts::lazy(|attempt| {
        assert!(attempt > 0, "no such region");
        Ok(attempt)
    });
    attempts.go_on.notify_one();
    let error = lazy.get().await.unwrap_err();
    assert_eq!(format!("{error:?}"), "'value' could not be made: panicked: no such region");
    attempts.go_on.notify_one();
    assert_eq!(lazy.get().await.unwrap(), &1);
}

#[tokio::test]
async fn what_is_prepared_is_made_once() {
    let (attempts, lazy) = Attempts::lazy(Ok);
    attempts.go_on.notify_one();
    lazy.prepare().await.unwrap();
    lazy.prepare().await.unwrap();
    assert_eq!((lazy.made(), attempts.begun()), (None, 1));
    assert_eq!(lazy.get().await.unwrap(), &0);
    lazy.prepare().await.unwrap();
    assert_eq!((lazy.made(), attempts.begun()), (Some(&0), 1));
}

#[test]
fn a_static_is_named_after_its_type_and_place() {
    #[derive(Debug)]
    struct Client;
    static CLIENT: Lazy<Client> =
        Lazy::new(&|| async { Err::<Client, _>(BoxError::from("no credentials")) });
    let error = CLIENT.get().now_or_never().unwrap().unwrap_err().to_string();
    assert!(error.starts_with("'Client (adapter/tests/startup_lazy.rs:"), "{error}");
}

#[test]
fn debug_shows_no_secret() {
    static SECRET: Lazy<&str> =
        Lazy::new(&|| async { Ok::<_, Infallible>("hunter2") }).named("password");
    assert_eq!(format!("{SECRET:?}"), "Lazy(password, not made)");
    assert_eq!(SECRET.get().now_or_never().unwrap().unwrap(), &"hunter2");
    assert_eq!(format!("{SECRET:?}"), "Lazy(password, made)");
}
