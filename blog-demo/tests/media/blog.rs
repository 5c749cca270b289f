//! An empty blog whose images are in a folder of their own.

use axum::Router;
use axum::body::Body;
use axum::extract::Extension;
use axum::http::Request;
use blog_demo::media::{Folder, Storage, Uploader, routes};
use blog_demo::store::Store;
use blog_demo::{Blog, Config};
use serde_json::Value;
use tempfile::TempDir;

use crate::memory::{self, Answer, send};

pub(crate) struct TestBlog {
    pub(crate) store: Store,
    pub(crate) folder: TempDir,
    readers: Router,
    authors: Router,
}

impl TestBlog {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::Folder(Folder::new(folder.path().join("images")));
        Self::with(storage, folder).await
    }

    pub(crate) async fn with(storage: Storage, folder: TempDir) -> Self {
        let store = memory::store().await;
        let user_id = memory::owner(&store).await;
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
