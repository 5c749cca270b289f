//! A shop that starts slowly, as most apps do, and with the argument `cured` the same shop cured:
//! what its start-up profile says of the one, and of both beside each other.
//!
//! ```sh
//! cargo run --release -p startup-bench -- profile --app slow-start --json before.json
//! cargo run --release -p startup-bench -- profile --app slow-start --against before.json -- cured
//! ```

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use lambdafy::BoxError;
use lambdafy::startup::{self, Plan, Tracked};
use tokio::time::sleep;

/// How long the servers that keep keys and prices take to answer; a `sleep` stands for them here.
const ANSWER: Duration = Duration::from_millis(30);

type Index = BTreeMap<String, usize>;

fn main() -> Result<(), lambdafy::Error> {
    match std::env::args().nth(1).as_deref() {
        Some("cured") => lambdafy::run(cured),
        _ => lambdafy::run(as_written),
    }
}

/// One after the other, and the search index too, which the first request does not use.
async fn as_written() -> Result<Router, BoxError> {
    let keys = startup::step_async("keys", fetch_keys()).await?;
    let prices = startup::step_async("prices", fetch_prices()).await?;
    let index = Arc::new(Tracked::new("index", startup::step("index", read_index)));
    let search = get(move || async move { format!("{} words\n", index.len()) });
    Ok(shop(keys, prices).route("/search", search))
}

/// What the first request needs at once, the index when it is asked for.
async fn cured() -> Result<Router, BoxError> {
    static INDEX: LazyLock<Index> = LazyLock::new(|| startup::step("index", read_index));

    let plan = Plan::new();
    let keys = plan.step("keys", fetch_keys);
    let prices = plan.step("prices", fetch_prices);
    let (keys, prices) = plan.run((keys, prices)).await?;
    let search = get(|| async { format!("{} words\n", INDEX.len()) });
    Ok(shop(keys, prices).route("/search", search))
}

fn shop(keys: usize, prices: usize) -> Router {
    let greeting = |State((keys, prices)): State<(usize, usize)>| async move {
        format!("A shop with {keys} keys and {prices} prices\n")
    };
    Router::new().route("/", get(greeting)).with_state((keys, prices))
}

async fn fetch_keys() -> Result<usize, Infallible> {
    sleep(ANSWER).await;
    Ok(2)
}

async fn fetch_prices() -> Result<usize, Infallible> {
    sleep(ANSWER).await;
    Ok(100)
}

fn read_index() -> Index {
    (0..100_000).map(|number| (format!("word {number}"), number)).collect()
}
