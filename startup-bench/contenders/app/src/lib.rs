//! The app that every contender runs: four routes, written as any axum app is.

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query};
use axum::http::{HeaderMap, HeaderValue, header::CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};

/// What `GET /hello` answers.
pub const HELLO: &str = "Hello, world!";

/// What `GET /img` answers: 100 KB that no encoder can shorten.
pub static IMAGE: [u8; 102_400] = noise();

/// The largest body that `/echo` and `/size` take: more than Lambda lets through.
const LARGEST_BODY: usize = 16 << 20;

/// The whole app.
pub fn router() -> Router {
    let bodies = Router::new()
        .route("/echo", post(echo))
        .route("/size", post(size))
        .layer(DefaultBodyLimit::max(LARGEST_BODY));
    Router::new()
        .route("/hello", get(async || HELLO))
        .route("/users/{id}", get(user))
        .route("/img", get(image))
        .merge(bodies)
}

#[derive(Deserialize)]
struct Search {
    x: Option<String>,
}

#[derive(Serialize)]
struct User {
    id: u64,
    x: Option<String>,
}

async fn user(Path(id): Path<u64>, Query(search): Query<Search>) -> Json<User> {
    Json(User { id, x: search.x })
}

async fn image() -> impl IntoResponse {
    ([(CONTENT_TYPE, "image/png")], Bytes::from_static(&IMAGE))
}

async fn echo(headers: HeaderMap, body: Bytes) -> impl IntoResponse {
    let octets = HeaderValue::from_static("application/octet-stream");
    let kind = headers.get(CONTENT_TYPE).cloned().unwrap_or(octets);
    ([(CONTENT_TYPE, kind)], body)
}

async fn size(body: Bytes) -> String {
    body.len().to_string()
}

/// Bytes of a xorshift generator: the same in every build.
const fn noise() -> [u8; 102_400] {
    let mut bytes = [0; 102_400];
    let mut state = 0x9e37_79b9_u32;
    let mut at = 0;
    while at < bytes.len() {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        bytes[at] = state.to_le_bytes()[0];
        at += 1;
    }
    bytes
}
