//! A blog with a few posts, asked through its router.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use blog_demo::database::Database;
use blog_demo::model::{Draft, Role};
use blog_demo::store::{NewUser, Store, When};
use blog_demo::{Blog, Config};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use tower::ServiceExt;

pub(crate) struct TestBlog {
    pub(crate) store: Store,
    pub(crate) author: String,
    router: Router,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl TestBlog {
    pub(crate) async fn new() -> Self {
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
        let author = store.create_user(&new).await.unwrap().id;
        let router = Blog::new(store.clone(), Config::default()).router();
        Self { store, author, router }
    }

    pub(crate) fn draft(&self, title: &str, source: &str) -> Draft {
        Draft {
            title: title.to_owned(),
            source: source.to_owned(),
            authors: vec![self.author.clone()],
            ..Draft::default()
        }
    }

    pub(crate) async fn publish(&self, draft: &Draft) -> String {
        let saved = self.store.create_post(draft, None).await.unwrap();
        self.store.publish(&saved.id, saved.version, When::Now).await.unwrap();
        saved.id
    }

    pub(crate) async fn get(&self, target: &str) -> Answer {
        self.get_with(target, &[]).await
    }

    pub(crate) async fn get_with(&self, target: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::get(target).header("host", "blog.example");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}
