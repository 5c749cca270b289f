//! A function with a database: an invocation reads a row and writes one, whose number is the path.
//!
//! `STORM_CLIENT` says how connections are held, `DATABASE_URL` where the server is. The answer's
//! body is how many microseconds the work took.

mod clients;
mod database;

use std::time::Instant;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;

use clients::Client;
use database::Database;

/// Any error: it ends the contender, and the bench says so.
type Error = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Error> {
    let url = std::env::var("DATABASE_URL")?;
    let client = std::env::var("STORM_CLIENT")?;
    if url.starts_with("mysql:") {
        run::<sqlx::MySql>(&client, &url)
    } else {
        run::<sqlx::Postgres>(&client, &url)
    }
}

fn run<DB: Database>(client: &str, url: &str) -> Result<(), Error> {
    if clients::is_lambdafys(client) {
        return Ok(lambdafy::run(async || Ok(router(Client::<DB>::new(client, url)?)))?);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async { lambda_http::run(router(Client::<DB>::new(client, url)?)).await })
}

fn router<DB: Database>(client: Client<DB>) -> Router {
    Router::new().route("/{number}", post(invocation::<DB>)).with_state(client)
}

async fn invocation<DB: Database>(
    State(client): State<Client<DB>>,
    Path(number): Path<u32>,
) -> Result<String, (StatusCode, String)> {
    let start = Instant::now();
    let worked = client.work(number).await;
    worked.map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    Ok(start.elapsed().as_micros().to_string())
}
