//! Blogs, and one with a few posts.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use blog_demo::media::{Folder, Storage};
use blog_demo::model::{Draft, Kind, Role, Settings};
use blog_demo::store::{NewUser, Store, When};
use blog_demo::{Blog, Config};
use serde_json::Value;
use tempfile::TempDir;

use crate::memory::{self, send};

pub(crate) struct TestBlog {
    pub(crate) blog: Blog,
    pub(crate) key: String,
    _folder: TempDir,
}

impl TestBlog {
    /// One without anything.
    pub(crate) async fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let images = Storage::Folder(Folder::new(folder.path()));
        let store = memory::store().await;
        let key = store.create_api_key("tests").await.unwrap();
        let blog = Blog::new(store, Config { images, ..Config::default() });
        Self { blog, key, _folder: folder }
    }

    /// One with two authors, 20 posts, a draft, a scheduled post and a page.
    pub(crate) async fn full() -> Self {
        let test = Self::empty().await;
        let store = test.store();
        let mut authors = Vec::new();
        for (name, role) in [("Ada Lovelace", Role::Owner), ("Grace Hopper", Role::Author)] {
            let email = format!("{}@example.org", name.split(' ').next().unwrap());
            let new = NewUser { name: name.to_owned(), email, password_hash: None, role };
            authors.push(store.create_user(&new).await.unwrap().id);
        }
        for number in 1..=20 {
            let mut draft = Draft {
                title: format!("Post {number:02}"),
                source: format!("Text *{number}* with an ![image](/images/2026/01/a-0-9x9.jpg)"),
                is_featured: number % 10 == 0,
                authors: vec![authors[number % 2].clone()],
                tags: vec!["All".to_owned(), "#hidden".to_owned()],
                ..Draft::default()
            };
            if number % 4 == 0 {
                draft.tags.insert(0, "Fourth".to_owned());
            }
            let at = 1_767_225_600_000 + i64::try_from(number).unwrap() * 86_400_000;
            test.publish(&draft, When::At(at)).await;
        }
        let base = Draft { authors: authors.clone(), ..Draft::default() };
        let unfinished = Draft { title: "Unfinished".to_owned(), ..base.clone() };
        store.create_post(&unfinished, None).await.unwrap();
        let later = Draft { title: "Later".to_owned(), ..base.clone() };
        test.publish(&later, When::At(4_000_000_000_000)).await;
        let about = Draft { kind: Kind::Page, title: "About".to_owned(), ..base };
        test.publish(&about, When::Now).await;
        let settings = Settings { title: "Test".to_owned(), ..Settings::default() };
        store.set_settings(&settings).await.unwrap();
        test
    }

    pub(crate) fn store(&self) -> &Store {
        self.blog.store()
    }

    pub(crate) fn router(&self) -> Router {
        self.blog.clone().router()
    }

    pub(crate) async fn publish(&self, draft: &Draft, when: When) {
        let saved = self.store().create_post(draft, None).await.unwrap();
        self.store().publish(&saved.id, saved.version, when).await.unwrap();
    }

    /// Asks the API with the key.
    pub(crate) async fn ask(&self, path: &str) -> (StatusCode, Value) {
        let sign = if path.contains('?') { '&' } else { '?' };
        self.ask_plainly(&format!("{path}{sign}key={}", self.key)).await
    }

    pub(crate) async fn ask_plainly(&self, path: &str) -> (StatusCode, Value) {
        let request = Request::get(format!("/ghost/api/content/{path}"))
            .header("host", "blog.example")
            .body(Body::empty())
            .unwrap();
        let answer = send(&self.router(), request).await;
        (answer.status, answer.json())
    }
}
