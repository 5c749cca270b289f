//! The apps that the function's process can be.

use std::convert::Infallible;
use std::sync::LazyLock;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use lambdafy::BoxError;
use lambdafy::startup::{self, Lazy, Plan, Tracked};
use nix::time::{ClockId, clock_gettime};

/// How long a step computes that does: far more than everything else.
pub(crate) const WORK: Duration = Duration::from_millis(20);

/// How long a step waits that does.
pub(crate) const WAIT: Duration = Duration::from_millis(60);

pub(crate) fn run(name: &str) -> Result<(), lambdafy::Error> {
    match name {
        "steps" => lambdafy::run(steps),
        "fails" => lambdafy::run(|| async {
            startup::step("config", || ());
            let database = startup::step_async("database", async {
                Err::<Router, BoxError>("connection refused".into())
            });
            database.await
        }),
        "fails_in_a_plan" => lambdafy::run(|| async {
            let plan = Plan::new();
            let database = plan.step("database", async || Err::<Router, _>("connection refused"));
            Ok(plan.run(database).await?)
        }),
        "own_runtime" => own_runtime(),
        "with_hooks" => lambdafy::run(|| async {
            lambdafy::after_restore(|| async {
                startup::step_async("reconnect", tokio::time::sleep(WAIT)).await;
                Ok(())
            });
            Ok(routes())
        }),
        other => super::faults::run(other),
    }
}

/// One step of each kind.
async fn steps() -> Result<Router, BoxError> {
    startup::step("outer", || startup::step("inner", || compute(WORK)));
    let plan = Plan::new();
    let config = plan.step("config", async || {
        tokio::time::sleep(WAIT).await;
        Ok::<_, Infallible>(())
    });
    let database = plan.after(&config).step("database", async |()| {
        tokio::time::sleep(WAIT).await;
        Ok::<_, Infallible>(())
    });
    let templates = plan.blocking("templates", || {
        compute(WORK);
        Ok::<_, Infallible>(7)
    });
    plan.after(&database).check("schema", async |()| Ok::<_, Infallible>(()));
    plan.prepare(&PREPARED);
    let (templates, ()) = plan.run((templates, database)).await?;
    let templates = std::sync::Arc::new(Tracked::new("templates", templates));
    let routes = routes().route("/templates", get(async move || (*templates).to_string()));
    Ok(routes)
}

static CLIENT: Lazy<u8> = Lazy::new(&|| async {
    tokio::time::sleep(WAIT).await;
    compute(WORK);
    Ok::<_, Infallible>(1)
})
.named("client");
static PREPARED: Lazy<u8> = Lazy::new(&|| async { Ok::<_, Infallible>(1) }).named("prepared");
static WORDS: LazyLock<usize> = LazyLock::new(|| {
    startup::step("words", || {
        compute(WORK);
        2
    })
});

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/client", get(|| async { CLIENT.get().await.unwrap().to_string() }))
        .route("/words", get(|| async { WORDS.to_string() }))
        .route("/prepared", get(|| async { PREPARED.get().await.unwrap().to_string() }))
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn own_runtime() -> Result<(), lambdafy::Error> {
    startup::step("config", || compute(WORK));
    lambdafy::serve(routes()).await
}

/// Uses so much of a CPU, however many others want it too.
pub(crate) fn compute(time: Duration) {
    let used = || Duration::from(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).unwrap());
    let begin = used();
    while used() - begin < time {
        std::hint::spin_loop();
    }
}
