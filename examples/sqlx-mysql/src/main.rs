//! An app that was written for `sqlx::MySqlPool` and keeps it: a counter of visits.
//!
//! One line makes its pool fit for sandboxes that are frozen and end without warning; look for
//! `connect_in_sandboxes`.
//!
//! ```sh
//! DATABASE_URL=mysql://app:secret@localhost/visits cargo run -p sqlx-mysql-example
//! curl http://127.0.0.1:3000/visits/home
//! ```

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use lambdafy::BoxError;
use lambdafy::pool::{Config, PoolOptionsExt};
use sqlx::MySqlPool;
use sqlx::mysql::MySqlPoolOptions;

fn main() -> Result<(), lambdafy::Error> {
    lambdafy::run(|| async { app(pool(&database()?)?).await })
}

fn pool(url: &str) -> Result<MySqlPool, sqlx::Error> {
    // Before: MySqlPoolOptions::new().connect_lazy(url)
    Ok(MySqlPoolOptions::new().connect_in_sandboxes(Config::new(), url.parse()?))
}

async fn app(pool: MySqlPool) -> Result<Router, BoxError> {
    let sql = "CREATE TABLE IF NOT EXISTS visits (page varchar(100) PRIMARY KEY, number int)";
    sqlx::query(sql).execute(&pool).await?;
    Ok(Router::new().route("/visits/{page}", get(visit)).with_state(pool))
}

/// Counts a visit; who counts at the same time waits for the row.
async fn visit(
    State(pool): State<MySqlPool>,
    Path(page): Path<String>,
) -> Result<String, StatusCode> {
    count(&pool, &page).await.map_err(|error| {
        tracing::error!(%error, "the database failed");
        StatusCode::INTERNAL_SERVER_ERROR
    })
}

async fn count(pool: &MySqlPool, page: &str) -> Result<String, sqlx::Error> {
    let mut transaction = pool.begin().await?;
    sqlx::query("INSERT INTO visits VALUES (?, 1) ON DUPLICATE KEY UPDATE number = number + 1")
        .bind(page)
        .execute(&mut *transaction)
        .await?;
    let number: i32 = sqlx::query_scalar("SELECT number FROM visits WHERE page = ?")
        .bind(page)
        .fetch_one(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(number.to_string())
}

#[allow(clippy::disallowed_methods, reason = "the app's own configuration")]
fn database() -> Result<String, BoxError> {
    std::env::var("DATABASE_URL")
        .map_err(|_| "set DATABASE_URL, such as mysql://app:secret@localhost/visits".into())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use http_body_util::BodyExt;
    use lambdafy_backends::MariaDb;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn visits_are_counted() {
        let server = MariaDb::builder().start().unwrap();
        let app = app(pool(&server.url()).unwrap()).await.unwrap();
        for visit in 1..=3 {
            let request = Request::get("/visits/home").body(Body::empty()).unwrap();
            let response = app.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), StatusCode::OK);
            let body = response.into_body().collect().await.unwrap().to_bytes();
            assert_eq!(body, visit.to_string());
        }
    }
}
