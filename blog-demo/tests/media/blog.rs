//! An empty blog whose images are in a folder of their own.

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Extension;
use axum::http::{HeaderMap, Request, StatusCode};
use blog_demo::database::Database;
use blog_demo::media::{Folder, Storage, Uploader, routes};
use blog_demo::model::Role;
use blog_demo::store::{NewUser, Store};
use blog_demo::{Blog, Config};
use serde_json::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use tempfile::TempDir;
use tower::ServiceExt;

pub(crate) struct TestBlog {
    pub(crate) store: Store,
    pub(crate) folder: TempDir,
    readers: Router,
    authors: Router,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl TestBlog {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::Folder(Folder::new(folder.path().join("images")));
        Self::with(storage, folder).await
    }

    pub(crate) async fn with(storage: Storage, folder: TempDir) -> Self {
        let options = SqliteConnectOptions::new().in_memory(true);
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
        let database = Database::from(pool);
        database.migrate().await.unwrap();
        let store = Store::new(database);
        let new = NewUser {
            name: "Ada Lovelace".to_owned(),
            email: "ada@example.org".to_owned(),
            password_hash: None,
            role: Role::Owner,
        };
        let user_id = store.create_user(&new).await.unwrap().id;
        let blog = Blog::new(store.clone(), Config { images: storage, ..Config::default() });
        let authors = routes().layer(Extension(Uploader { user_id })).with_state(blog.clone());
        Self { store, folder, readers: blog.router(), authors }
    }

    pub(crate) async fn get(&self, target: &str) -> Answer {
        let request = Request::get(target).header("host", "blog.example");
        send(&self.readers, request.body(Body::empty()).unwrap()).await
    }

    /// Sends a file in a form, as a browser does.
    pub(crate) async fn upload(&self, name: &str, mime: &str, content: &[u8]) -> Answer {
        let mut body = format!(
            "--limit\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             content-type: {mime}\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n--limit--\r\n");
        self.post("multipart/form-data; boundary=limit", body).await
    }

    /// Sends JSON to a path behind `/admin/images/`.
    pub(crate) async fn post_json(&self, path: &str, body: &Value) -> Answer {
        let request = Request::post(format!("/admin/images/{path}"))
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        send(&self.authors, request).await
    }

    pub(crate) async fn post(&self, content_type: &str, body: Vec<u8>) -> Answer {
        let request = Request::post("/admin/images").header("content-type", content_type);
        send(&self.authors, request.body(Body::from(body)).unwrap()).await
    }
}

async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    Answer { status: parts.status, headers: parts.headers, body }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn error(&self) -> String {
        self.json()["error"].as_str().unwrap().to_owned()
    }
}
