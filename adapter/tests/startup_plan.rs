//! The init plan: what runs when, and what its errors say.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

use std::cell::RefCell;
use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use lambdafy::startup::{Lazy, Plan};
use lambdafy::{BoxError, Error, ErrorKind};
use tokio::sync::{Barrier, Notify};

fn refused() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionRefused, "connection refused")
}

fn said(error: &Error) -> String {
    assert_eq!(error.kind(), ErrorKind::Init);
    format!("{error:?}")
}

#[tokio::test]
async fn steps_that_need_nothing_of_each_other_run_at_once() -> Result<(), Error> {
    // Each waits for the other two: one after the other they would wait for ever.
    let together = Barrier::new(3);
    let plan = Plan::new();
    let meet = async || Ok::<_, Infallible>(together.wait().await.is_leader());
    let (a, b, c) = (plan.step("a", meet), plan.step("b", meet), plan.step("c", meet));
    let (a, b, c) = plan.run((a, b, c)).await?;
    assert_eq!([a, b, c].iter().filter(|is_leader| **is_leader).count(), 1);
    Ok(())
}

#[tokio::test]
async fn a_step_is_given_what_those_before_it_made() -> Result<(), Error> {
    let order = RefCell::new(Vec::new());
    let plan = Plan::new();
    let config = plan.step("config", async || {
        tokio::task::yield_now().await;
        order.borrow_mut().push("config");
        Ok::<_, Infallible>("db:5432".to_owned())
    });
    let database = plan.after(&config).step("database", async |config| {
        order.borrow_mut().push("database");
        Ok::<_, Infallible>(format!("connected to {config}"))
    });
    let count = plan.blocking("count", || Ok::<_, Infallible>(7));
    let text = plan.after((&database, &count)).step("text", async |(database, count)| {
        tokio::task::yield_now().await;
        Ok::<_, Infallible>(format!("{database}, {count}"))
    });
    let length = plan.after(&text).blocking("length", |text| Ok::<_, Infallible>(text.len()));
    let (config, text, length) = plan.run((config, text, length)).await?;
    assert_eq!((config.as_str(), text.as_str()), ("db:5432", "connected to db:5432, 7"));
    assert_eq!((length, order.into_inner()), (text.len(), vec!["config", "database"]));
    Ok(())
}

/// A plain async function fits, and a step may borrow what outlives the plan.
#[tokio::test]
async fn one_line_is_a_step() -> Result<(), Error> {
    struct Url(String);
    async fn connect(Url(url): &Url) -> io::Result<usize> {
        tokio::task::yield_now().await;
        Ok(url.len())
    }
    let host = String::from("db");
    let plan = Plan::new();
    let url = plan.step("url", async || Ok::<_, Infallible>(Url(format!("{host}:5432"))));
    let connection = plan.after(&url).step("database", connect);
    assert_eq!(plan.run(connection).await?, 7);
    Ok(())
}

/// Requests are on their way before anything computes, whatever the order they are declared in.
#[tokio::test]
async fn what_waits_is_begun_before_what_computes() -> Result<(), Error> {
    let is_sent = Arc::new(AtomicBool::new(false));
    let plan = Plan::new();
    let seen = is_sent.clone();
    let computed =
        plan.blocking("compute", move || Ok::<_, Infallible>(seen.load(Ordering::SeqCst)));
    let fetched = plan.step("fetch", async || {
        is_sent.store(true, Ordering::SeqCst);
        tokio::task::yield_now().await;
        Ok::<_, Infallible>(())
    });
    let (computed, ()) = plan.run((computed, fetched)).await?;
    assert!(computed);
    Ok(())
}

#[tokio::test]
async fn what_computes_leaves_the_thread_to_what_waits() -> Result<(), Error> {
    let (tell, hear) = std::sync::mpsc::channel();
    let plan = Plan::new();
    // Waits on its thread until the other has run on this one.
    let computed = plan.blocking("compute", move || hear.recv_timeout(Duration::from_secs(60)));
    let waited = plan.step("wait", async || {
        tokio::task::yield_now().await;
        tell.send("ran")
    });
    let (computed, ()) = plan.run((computed, waited)).await?;
    assert_eq!(computed, "ran");
    Ok(())
}

#[tokio::test]
async fn an_error_names_its_step_and_ends_the_plan() {
    let never = Notify::new();
    let plan = Plan::new();
    let waits = plan.step("waits", async || {
        never.notified().await;
        Ok::<_, Infallible>(())
    });
    let database = plan.step("database", async || Err::<(), _>(refused()));
    let after = plan.after(&database).step("after", async |()| -> Result<(), BoxError> {
        panic!("it must not run");
    });
    let error = plan.run((waits, database, after)).await.unwrap_err();
    assert_eq!(said(&error), "step 'database' failed: connection refused");
    let cause = std::error::Error::source(&error).unwrap();
    assert!(cause.downcast_ref::<io::Error>().is_some(), "the cause is there to be matched on");
}

#[tokio::test]
async fn an_error_of_work_on_the_blocking_pool_names_its_step() {
    let plan = Plan::new();
    let templates = plan.blocking("templates", || Err::<(), _>("line 3: no such block"));
    let error = plan.run(templates).await.unwrap_err();
    assert_eq!(said(&error), "step 'templates' failed: line 3: no such block");
}

#[tokio::test]
async fn a_panic_names_its_step() {
    let plan = Plan::new();
    let step = plan.step("keys", async || -> Result<(), BoxError> { panic!("no key") });
    let error = plan.run(step).await.unwrap_err();
    assert_eq!(said(&error), "step 'keys' panicked: no key");

    let plan = Plan::new();
    let step = plan.blocking("parse", || -> Result<(), BoxError> { panic!("bad text") });
    let error = plan.run(step).await.unwrap_err();
    assert_eq!(said(&error), "step 'parse' panicked: bad text");
}

#[tokio::test]
async fn a_check_that_fails_tells_that_it_is_the_deploys_work() {
    let plan = Plan::new();
    let database = plan.step("database", async || Ok::<_, Infallible>(41));
    plan.after(&database).check("schema version", async |version| {
        if *version == 42 { Ok(()) } else { Err(format!("version {version}, expected 42")) }
    });
    let error = plan.run(database).await.unwrap_err();
    assert_eq!(
        said(&error),
        "check 'schema version' failed; what it looks for is to be done when the app is deployed: \
         version 41, expected 42"
    );
}

#[tokio::test]
async fn a_step_beyond_its_budget_ends_the_plan() {
    let budget = Duration::from_millis(5);
    let plan = Plan::new();
    let waits = plan.step("database", async || {
        std::future::pending::<()>().await;
        Ok::<_, Infallible>(())
    });
    let waits = waits.budget(budget);
    let error = plan.run(waits).await.unwrap_err();
    assert_eq!(said(&error), "step 'database' has taken longer than its budget of 5ms");

    let (tell, hear) = std::sync::mpsc::channel::<()>();
    let plan = Plan::new();
    let computes = plan.blocking("dumps", move || hear.recv()).budget(budget);
    let error = plan.run(computes).await.unwrap_err();
    assert_eq!(said(&error), "step 'dumps' has taken longer than its budget of 5ms");
    drop(tell);
}

/// The budget is of the step's own work: the wait for those before it does not count.
#[tokio::test]
async fn a_budget_begins_with_the_step() -> Result<(), Error> {
    let plan = Plan::new();
    let slow = plan.step("slow", async || {
        tokio::time::sleep(Duration::from_millis(300)).await;
        Ok::<_, Infallible>(())
    });
    let quick = plan.after(&slow).step("quick", async |()| Ok::<_, Infallible>(1));
    assert_eq!(plan.run(quick.budget(Duration::from_millis(250))).await?, 1);
    Ok(())
}

#[tokio::test]
async fn steps_of_two_plans_do_not_mix() {
    let (one, other) = (Plan::new(), Plan::new());
    let step = one.step("one", async || Ok::<_, Infallible>(()));
    let after = other.after(&step).step("other", async |()| Ok::<_, Infallible>(()));
    let error = other.run(after).await.unwrap_err();
    assert_eq!(said(&error), "step 'other' is after a step of another plan");

    let empty = Plan::new();
    let error = empty.run(step).await.unwrap_err();
    assert_eq!(said(&error), "a plan was asked for what a step of another plan makes");
}

#[tokio::test]
async fn a_lazy_of_the_plan_is_made_when_it_is_asked_for_and_a_prepared_one_at_once()
-> Result<(), Error> {
    static MADE: AtomicUsize = AtomicUsize::new(0);
    static READY: Lazy<usize> =
        Lazy::new(&|| async { Ok::<_, Infallible>(MADE.fetch_add(1, Ordering::SeqCst)) });
    let plan = Plan::new();
    let lazy =
        plan.lazy("lazy", || async { Ok::<_, Infallible>(MADE.fetch_add(1, Ordering::SeqCst)) });
    plan.prepare(&READY);
    plan.run(()).await?;
    assert_eq!((MADE.load(Ordering::SeqCst), READY.made()), (1, None), "made, not handed out");
    assert_eq!((READY.get().await?, lazy.get().await?), (&0, &1));
    assert_eq!((READY.get().await?, lazy.made()), (&0, Some(&1)));
    Ok(())
}

#[tokio::test]
async fn a_prepared_lazy_that_fails_ends_the_plan() {
    static AWAY: Lazy<()> = Lazy::new(&|| async { Err(refused()) }).named("cache");
    let plan = Plan::new();
    plan.prepare(&AWAY);
    assert_eq!(
        said(&plan.run(()).await.unwrap_err()),
        "'cache' could not be made: connection refused"
    );
}

#[test]
fn a_plan_without_blocking_steps_and_budgets_needs_no_runtime() {
    let plan = Plan::new();
    let step = plan.step("step", async || Ok::<_, Infallible>(1));
    let run = futures_util::FutureExt::now_or_never(plan.run(step));
    assert_eq!(run.unwrap().unwrap(), 1);
}
