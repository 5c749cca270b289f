//! A browser without a window: keeps cookies, fills in forms.

use std::cell::RefCell;
use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::request::Builder;
use axum::http::{HeaderMap, Request, StatusCode};
use blog_demo::auth::Password;
use blog_demo::model::Role;
use blog_demo::store::{NewUser, Store};
use blog_demo::{Blog, Config};
use tower::ServiceExt;

pub(crate) const PASSWORD: &str = "correct horse battery";
pub(crate) const OWNER: &str = "ada@example.org";

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn location(&self) -> &str {
        self.header("location")
    }

    /// The value of a field of a form in the page.
    pub(crate) fn field(&self, name: &str) -> String {
        let start = self.body.find(&format!("name=\"{name}\"")).unwrap_or_else(|| {
            panic!("no field {name} in {} {}", self.status, self.body);
        });
        let rest = &self.body[start..];
        let tag = &rest[..rest.find('>').unwrap()];
        let value = tag.split("value=\"").nth(1).unwrap_or("").split('"').next().unwrap();
        unescape(value)
    }

    /// Whether an answer leads to a page.
    pub(crate) fn leads_to(&self, path: &str) -> bool {
        self.status == StatusCode::SEE_OTHER && self.location().starts_with(path)
    }
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

pub(crate) struct Client {
    router: Router,
    cookies: RefCell<BTreeMap<String, String>>,
    /// `https` as a proxy would say.
    pub(crate) is_https: bool,
}

impl Client {
    pub(crate) fn new(store: &Store) -> Self {
        Self::with(store, Config::default())
    }

    pub(crate) fn with(store: &Store, config: Config) -> Self {
        let router = Blog::new(store.clone(), config).router();
        Self { router, cookies: RefCell::default(), is_https: false }
    }

    /// The owner of a blog that was just set up, logged in.
    pub(crate) async fn owner(store: &Store) -> Self {
        let client = Self::new(store);
        let answer = client.set_up(OWNER).await;
        assert!(answer.leads_to("/admin/posts"), "{answer:?}");
        client
    }

    pub(crate) async fn set_up(&self, email: &str) -> Answer {
        let fields =
            [("title", "My blog"), ("name", "Ada"), ("email", email), ("password", PASSWORD)];
        self.submit("/admin/setup", "/admin/setup", &fields).await
    }

    /// Somebody of a role, logged in.
    pub(crate) async fn user(store: &Store, role: Role, name: &str) -> Self {
        let email = format!("{}@example.org", name.to_lowercase());
        let new = NewUser {
            name: name.to_owned(),
            email: email.clone(),
            password_hash: Some(Password::new(PASSWORD).unwrap().hash().await.unwrap()),
            role,
        };
        store.create_user(&new).await.unwrap();
        let client = Self::new(store);
        let answer = client.log_in(&email, PASSWORD, "").await;
        assert!(answer.leads_to("/admin/posts"), "{answer:?}");
        client
    }

    pub(crate) async fn log_in(&self, email: &str, password: &str, next: &str) -> Answer {
        let fields = [("email", email), ("password", password), ("next", next)];
        self.submit("/admin/login", "/admin/login", &fields).await
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    pub(crate) fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path), Body::empty()).await
    }

    /// Fetches a page and sends a form with its token.
    pub(crate) async fn submit(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let page = self.get(page).await;
        let token = page.field("csrf");
        let mut all = vec![("csrf", token.as_str())];
        all.extend(fields);
        self.post(action, &all).await
    }

    /// Sends a form as a browser does.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let scheme = if self.is_https { "https" } else { "http" };
        let request = Request::post(path)
            .header("origin", format!("{scheme}://blog.example"))
            .header("sec-fetch-site", "same-origin");
        self.send_form(request, fields).await
    }

    pub(crate) async fn send_form(&self, request: Builder, fields: &[(&str, &str)]) -> Answer {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        self.send(request, Body::from(body.finish())).await
    }

    pub(crate) async fn send(&self, mut request: Builder, body: Body) -> Answer {
        request = request.header("host", "blog.example");
        if self.is_https {
            request = request.header("x-forwarded-proto", "https");
        }
        let cookies: Vec<_> =
            self.cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        self.keep_cookies(&parts.headers);
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        for line in headers.get_all("set-cookie") {
            let line = line.to_str().unwrap();
            let (name, rest) = line.split_once('=').unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.borrow_mut().remove(name);
            } else {
                self.set_cookie(name, rest.split(';').next().unwrap());
            }
        }
    }

    /// Makes a post; its id.
    pub(crate) async fn write(&self, title: &str, source: &str, action: &str) -> String {
        let fields = [("title", title), ("source", source), ("action", action)];
        let answer = self.submit("/admin/posts/new", "/admin/posts", &fields).await;
        assert!(answer.leads_to("/admin/posts/"), "{answer:?}");
        let path = answer.location().strip_prefix("/admin/posts/").unwrap();
        path.split('?').next().unwrap().to_owned()
    }

    /// Opens a post, changes some fields and saves it.
    pub(crate) async fn change(&self, id: &str, fields: &[(&str, &str)]) -> Answer {
        let path = format!("/admin/posts/{id}");
        let page = self.get(&path).await;
        self.change_from(&page, id, fields).await
    }

    /// The same from a page that was fetched before.
    pub(crate) async fn change_from(
        &self,
        page: &Answer,
        id: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let names = ["csrf", "version", "kind", "format", "title", "slug", "publish_at", "tags"];
        let form: Vec<_> = names
            .iter()
            .filter(|name| !fields.iter().any(|(other, _)| other == *name))
            .map(|name| (*name, page.field(name)))
            .collect();
        let mut all: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        all.extend(fields);
        self.post(&format!("/admin/posts/{id}"), &all).await
    }
}
