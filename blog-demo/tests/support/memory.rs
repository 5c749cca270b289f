//! A blog in memory, and what its router answers.

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use blog_demo::database::Database;
use blog_demo::model::Role;
use blog_demo::store::{NewUser, Store};
use serde_json::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use tower::ServiceExt;

/// Without anything in it.
pub(crate) async fn store() -> Store {
    let options = SqliteConnectOptions::new().in_memory(true);
    // One connection: each would have a database in memory of its own.
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
    let database = Database::from(pool);
    database.migrate().await.unwrap();
    Store::new(database)
}

/// Makes its owner; the id.
pub(crate) async fn owner(store: &Store) -> String {
    let new = NewUser {
        name: "Ada Lovelace".to_owned(),
        email: "ada@example.org".to_owned(),
        password_hash: None,
        role: Role::Owner,
    };
    store.create_user(&new).await.unwrap().id
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Bytes,
    /// The same as a text, as far as it is one.
    pub(crate) body: String,
}

pub(crate) async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    let body = String::from_utf8_lossy(&bytes).into_owned();
    Answer { status: parts.status, headers: parts.headers, bytes, body }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    pub(crate) fn error(&self) -> String {
        self.json()["error"].as_str().unwrap().to_owned()
    }
}
