//! An app with a PostgreSQL database: a list of notes.
//!
//! What differs from the same app on `sqlx::PgPool`: the pool's type, how it is made, and the
//! layer that answers 503 when there is no connection.
//!
//! ```sh
//! DATABASE_URL=postgres://app:secret@localhost/notes cargo run -p sqlx-postgres-example
//! curl --json '{"text":"milk"}' http://127.0.0.1:3000/notes
//! curl http://127.0.0.1:3000/notes
//! ```

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use lambdafy::BoxError;
use lambdafy::pool::{PgPool, RetryAfterLayer};
use serde::{Deserialize, Serialize};

fn main() -> Result<(), lambdafy::Error> {
    lambdafy::run(|| async { app(PgPool::new(&database()?)?).await })
}

/// Makes the table at the start, by the one connection that the first invocation then uses.
async fn app(pool: PgPool) -> Result<Router, BoxError> {
    let sql = "CREATE TABLE IF NOT EXISTS notes (id serial PRIMARY KEY, text text NOT NULL)";
    sqlx::query(sql).execute(&pool).await?;
    let router = Router::new().route("/notes", get(list).post(add)).with_state(pool);
    Ok(router.layer(RetryAfterLayer::new()))
}

#[derive(Serialize, sqlx::FromRow)]
struct Note {
    id: i32,
    text: String,
}

#[derive(Deserialize)]
struct NewNote {
    text: String,
}

async fn list(State(pool): State<PgPool>) -> Result<Json<Vec<Note>>, StatusCode> {
    let notes = sqlx::query_as("SELECT id, text FROM notes ORDER BY id").fetch_all(&pool).await;
    notes.map(Json).map_err(failed)
}

async fn add(
    State(pool): State<PgPool>,
    Json(note): Json<NewNote>,
) -> Result<StatusCode, StatusCode> {
    let mut transaction = pool.begin().await.map_err(failed)?;
    sqlx::query("INSERT INTO notes (text) VALUES ($1)")
        .bind(note.text)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
    transaction.commit().await.map_err(failed)?;
    Ok(StatusCode::CREATED)
}

#[allow(clippy::needless_pass_by_value, reason = "map_err hands it over")]
fn failed(error: sqlx::Error) -> StatusCode {
    tracing::error!(%error, "the database failed");
    StatusCode::INTERNAL_SERVER_ERROR
}

#[allow(clippy::disallowed_methods, reason = "the app's own configuration")]
fn database() -> Result<String, BoxError> {
    std::env::var("DATABASE_URL")
        .map_err(|_| "set DATABASE_URL, such as postgres://app:secret@localhost/notes".into())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use http_body_util::BodyExt;
    use lambdafy_backends::PostgreSql;
    use tower::ServiceExt;

    use super::*;

    async fn answer(app: &Router, request: Request<Body>) -> (StatusCode, String) {
        let response = app.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn notes_are_kept() {
        let server = PostgreSql::builder().start().unwrap();
        let pool = PgPool::new(&server.url()).unwrap();
        let app = app(pool.clone()).await.unwrap();
        for text in ["milk", "bread"] {
            let body = Body::from(serde_json::json!({"text": text}).to_string());
            let request =
                Request::post("/notes").header("content-type", "application/json").body(body);
            assert_eq!(answer(&app, request.unwrap()).await.0, StatusCode::CREATED);
        }
        let (status, body) =
            answer(&app, Request::get("/notes").body(Body::empty()).unwrap()).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(body, r#"[{"id":1,"text":"milk"},{"id":2,"text":"bread"}]"#);
        assert_eq!(pool.status().in_use, 0);
    }
}
