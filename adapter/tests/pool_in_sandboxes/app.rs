//! The app in the sandboxes: a table `rows` of numbers and a row that can be locked.

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Extension, Router};
use lambdafy::pool::{Config, ConnectOptions, Keep, Pool, PoolOptionsExt, RetryAfterLayer};
use sqlx::pool::PoolOptions;

use super::database::System;

/// Serves invocations with a pool of the kind that is named.
pub(crate) fn run(url: &str, pool: &str) -> Result<(), lambdafy::Error> {
    if url.starts_with("postgres") {
        serve::<sqlx::Postgres>(url, pool)
    } else {
        serve::<sqlx::MySql>(url, pool)
    }
}

fn serve<DB: System>(url: &str, pool: &str) -> Result<(), lambdafy::Error>
where
    ConnectOptions<DB>: FromStr<Err = sqlx::Error>,
{
    if let Some(keep) = of_hooks(pool) {
        return lambdafy::run(|| async {
            let config = Config::new().keep(keep);
            let pool = PoolOptions::<DB>::new().connect_in_sandboxes(config, url.parse()?);
            Ok(Router::new().route("/session", get(session_by_hooks::<DB>)).layer(Extension(pool)))
        });
    }
    lambdafy::run(|| async {
        let config = Config::new().keep(Keep::Always);
        let made = match pool {
            "usual" | "warm" => Pool::with(config, url.parse()?),
            "short lease" => Pool::with(config.lease(Duration::from_secs(1)), url.parse()?),
            "young" => Pool::with(config.ping_after(Duration::from_secs(60)), url.parse()?),
            "permits" => Pool::with(Config::new(), url.parse()?),
            "lease" => Pool::with(config.lease(Duration::from_secs(3)), url.parse()?),
            "transaction" => {
                Pool::with(config.transaction_limit(Duration::from_secs(4)), url.parse()?)
            }
            "statement" => Pool::with(config.statement_limit(Duration::from_secs(4)), url.parse()?),
            "path" => {
                let path = config.path_limit(Duration::from_secs(3));
                Pool::with(path.transaction_limit(Duration::from_secs(60)), url.parse()?)
            }
            other => return Err(format!("no pool '{other}'").into()),
        };
        if pool == "warm" {
            made.warm().await?;
        }
        Ok(router::<DB>(made))
    })
}

/// The rule of sqlx's pool with hooks, if that is asked for.
fn of_hooks(pool: &str) -> Option<Keep> {
    match pool {
        "hooks that keep" => Some(Keep::Always),
        "hooks that close" => Some(Keep::Never),
        _ => None,
    }
}

async fn session_by_hooks<DB: System>(pool: Extension<sqlx::Pool<DB>>) -> Answer {
    let mut connection = pool.acquire().await.map_err(|error| failed(&error))?;
    DB::text_of(&mut connection, DB::SESSION_ID).await.map_err(|error| failed(&error))
}

fn router<DB: System>(pool: Pool<DB>) -> Router {
    Router::new()
        .route("/session", get(session::<DB>))
        .route("/rows/{number}", post(insert::<DB>))
        .route("/replayed/{number}", post(insert_again::<DB>))
        .route("/forget", post(forget::<DB>))
        .route("/forget-raw", post(forget_raw::<DB>))
        .route("/hold", post(hold::<DB>))
        .route("/run", post(run_for_long::<DB>))
        .route("/flood", post(flood::<DB>))
        .route("/status", get(status::<DB>))
        .layer(Extension(pool))
        .layer(RetryAfterLayer::new())
}

type Answer = Result<String, (StatusCode, String)>;

async fn session<DB: System>(pool: Extension<Pool<DB>>) -> Answer {
    DB::text(&pool, DB::SESSION_ID).await.map_err(|error| failed(&error))
}

/// Answers only when the row is committed.
async fn insert<DB: System>(Path(number): Path<u32>, pool: Extension<Pool<DB>>) -> Answer {
    let mut transaction = pool.begin().await.map_err(|error| failed(&error))?;
    let sql = format!("INSERT INTO numbered VALUES ({number})");
    DB::run(&mut transaction, &sql).await.map_err(|error| failed(&error))?;
    transaction.commit().await.map_err(|error| failed(&error))?;
    Ok(number.to_string())
}

/// As [`insert`], and done again if the connection breaks; 502 if that fails in the commit.
async fn insert_again<DB: System>(Path(number): Path<u32>, pool: Extension<Pool<DB>>) -> Answer {
    let is_done = Arc::new(AtomicBool::new(false));
    let inserted = pool.transaction(|transaction| {
        let is_done = is_done.clone();
        is_done.store(false, Ordering::Relaxed);
        Box::pin(async move {
            let sql = format!("INSERT INTO numbered VALUES ({number})");
            DB::run(transaction, &sql).await?;
            is_done.store(true, Ordering::Relaxed);
            Ok(())
        })
    });
    inserted.await.map_err(|error: sqlx::Error| match is_done.load(Ordering::Relaxed) {
        true => (StatusCode::BAD_GATEWAY, error.to_string()),
        false => failed(&error),
    })?;
    Ok(number.to_string())
}

/// Answers with an open transaction that has locked the row.
async fn forget<DB: System>(pool: Extension<Pool<DB>>) -> Answer {
    let mut transaction = pool.begin().await.map_err(|error| failed(&error))?;
    DB::run(&mut transaction, "UPDATE locked SET value = 'new'")
        .await
        .map_err(|error| failed(&error))?;
    Ok("forgotten".to_owned())
}

/// As [`forget`], but sqlx does not know that there is a transaction.
async fn forget_raw<DB: System>(pool: Extension<Pool<DB>>) -> Answer {
    let mut connection = pool.get().await.map_err(|error| failed(&error.into()))?;
    DB::run(&mut connection, "BEGIN").await.map_err(|error| failed(&error))?;
    DB::run(&mut connection, "UPDATE locked SET value = 'new'")
        .await
        .map_err(|error| failed(&error))?;
    Ok("forgotten".to_owned())
}

/// Stays in a transaction that has locked the row.
async fn hold<DB: System>(pool: Extension<Pool<DB>>) -> Answer {
    let mut transaction = pool.begin().await.map_err(|error| failed(&error))?;
    DB::run(&mut transaction, "UPDATE locked SET value = 'new'")
        .await
        .map_err(|error| failed(&error))?;
    std::future::pending().await
}

/// Has the server work on one statement.
async fn run_for_long<DB: System>(pool: Extension<Pool<DB>>) -> Answer {
    DB::text(&pool, DB::LONG).await.map_err(|error| failed(&error))
}

/// Asks for 200 MB and reads one row.
async fn flood<DB: System>(pool: Extension<Pool<DB>>) -> Answer {
    let mut connection = pool.get().await.map_err(|error| failed(&error.into()))?;
    DB::first_row(&mut connection, DB::MUCH).await.map_err(|error| failed(&error))?;
    std::future::pending().await
}

async fn status<DB: System>(pool: Extension<Pool<DB>>) -> String {
    pool.status().emf("tests", "chaos")
}

fn failed(error: &sqlx::Error) -> (StatusCode, String) {
    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
}
