//! Records as JSON.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};

use super::Shared;
use crate::database::{Record, records as select};
use crate::failure::{Answer, bad_request, not_found};
use crate::pool::Pool;

/// Which records a route is about.
#[derive(Clone, Copy)]
pub(super) struct Kind(pub(super) &'static str);

/// What a client writes.
#[derive(Deserialize)]
pub(super) struct Draft {
    title: String,
    #[serde(default)]
    body: String,
}

#[derive(Serialize)]
pub(super) struct Created {
    id: i64,
}

pub(super) async fn list(
    State(app): Shared,
    Extension(Kind(kind)): Extension<Kind>,
) -> Answer<Json<Vec<Record>>> {
    Ok(Json(page(&*app.pool.get().await?, kind, app.settings.page_size).await?))
}

pub(super) async fn read(
    State(app): Shared,
    Extension(Kind(kind)): Extension<Kind>,
    Path(id): Path<i64>,
) -> Answer<Json<Record>> {
    let record = one(&*app.pool.get().await?, kind, id).await?;
    record.map(Json).ok_or_else(|| not_found("record"))
}

pub(super) async fn create(
    State(app): Shared,
    Extension(Kind(kind)): Extension<Kind>,
    Json(draft): Json<Draft>,
) -> Answer<(StatusCode, Json<Created>)> {
    if draft.title.trim().is_empty() {
        return Err(bad_request("a record needs a title"));
    }
    let id = sqlx::query_scalar(
        "INSERT INTO records (kind, title, body) VALUES ($1, $2, $3) RETURNING id",
    )
    .bind(kind)
    .bind(draft.title)
    .bind(draft.body)
    .fetch_one(&*app.pool.get().await?)
    .await?;
    Ok((StatusCode::CREATED, Json(Created { id })))
}

pub(super) async fn change(
    State(app): Shared,
    Extension(Kind(kind)): Extension<Kind>,
    Path(id): Path<i64>,
    Json(draft): Json<Draft>,
) -> Answer<StatusCode> {
    let query = sqlx::query("UPDATE records SET title = $3, body = $4 WHERE kind = $1 AND id = $2");
    let query = query.bind(kind).bind(id).bind(draft.title).bind(draft.body);
    changed(query.execute(&*app.pool.get().await?).await?.rows_affected())
}

pub(super) async fn remove(
    State(app): Shared,
    Extension(Kind(kind)): Extension<Kind>,
    Path(id): Path<i64>,
) -> Answer<StatusCode> {
    let query = sqlx::query("DELETE FROM records WHERE kind = $1 AND id = $2").bind(kind).bind(id);
    changed(query.execute(&*app.pool.get().await?).await?.rows_affected())
}

fn changed(rows: u64) -> Answer<StatusCode> {
    if rows == 0 { Err(not_found("record")) } else { Ok(StatusCode::NO_CONTENT) }
}

/// The newest records of a kind.
pub(super) async fn page(pool: &Pool, kind: &str, count: i64) -> sqlx::Result<Vec<Record>> {
    let query = select!("WHERE kind = $1 ORDER BY created_at DESC, id LIMIT $2");
    sqlx::query_as(query).bind(kind).bind(count).fetch_all(pool).await
}

/// One record.
pub(super) async fn one(pool: &Pool, kind: &str, id: i64) -> sqlx::Result<Option<Record>> {
    let query = select!("WHERE kind = $1 AND id = $2");
    sqlx::query_as(query).bind(kind).bind(id).fetch_optional(pool).await
}

/// Records with these words.
pub(super) async fn with(pool: &Pool, words: &str, count: i64) -> sqlx::Result<Vec<Record>> {
    let query = select!(
        "WHERE position(lower($1) in lower(title || ' ' || body)) > 0
         ORDER BY created_at DESC, id LIMIT $2"
    );
    sqlx::query_as(query).bind(words).bind(count).fetch_all(pool).await
}
