//! A blog with a few posts, asked through its router.

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use blog_demo::model::Draft;
use blog_demo::store::{Store, When};
use blog_demo::{Blog, Config};

use crate::memory::{self, Answer, send};

pub(crate) struct TestBlog {
    pub(crate) store: Store,
    pub(crate) author: String,
    router: Router,
}

impl TestBlog {
    pub(crate) async fn new() -> Self {
        let store = memory::store().await;
        let author = memory::owner(&store).await;
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
        send(&self.router, request.body(Body::empty()).unwrap()).await
    }
}
