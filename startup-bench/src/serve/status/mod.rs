//! The status page: what the sandboxes do, live, under a path of the front door's port.

mod bins;
mod snapshot;
mod stream;

use std::sync::Arc;

use bytes::Bytes;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderName, LOCATION,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{Either, Full};
use serde_json::Value;

pub(super) use self::snapshot::Asking;
use self::snapshot::Snapshots;
use self::stream::Events;
use super::history::History;

type Body = Either<Full<Bytes>, Events>;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Only the page's own files, and no other site's frame: what the page shows was written by others.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Answers below the reserved path.
#[derive(Clone, Debug)]
pub(super) struct StatusPage {
    path: Arc<str>,
    snapshots: Snapshots,
}

impl StatusPage {
    /// The page at `path`; `function` is what it says about the app.
    pub(super) fn new(path: &str, function: Value, history: Arc<History>, asking: Asking) -> Self {
        let snapshots = Snapshots { function: Arc::new(function), history, asking };
        Self { path: path.into(), snapshots }
    }

    /// Answers a request, with the headers that every answer has.
    pub(super) async fn answer(self, request: Request<Bytes>) -> Response<Body> {
        let mut response = self.route(&request).await;
        for (name, value) in [
            (CACHE_CONTROL, "no-store"),
            (CONTENT_SECURITY_POLICY, POLICY),
            (REFERRER_POLICY, "no-referrer"),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        ] {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }

    async fn route(&self, request: &Request<Bytes>) -> Response<Body> {
        let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
        if !host.is_some_and(is_loopback) {
            return text(
                StatusCode::FORBIDDEN,
                "The status page answers to localhost and 127.0.0.1 only, so that no other site's \
                 name can be pointed here.\n",
            );
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "GET only.\n");
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            return response;
        }
        match request.uri().path().strip_prefix(&*self.path) {
            Some("") => self.to_page(),
            Some("/") => whole("text/html; charset=utf-8", PAGE),
            Some("/page.css") => whole("text/css; charset=utf-8", STYLE),
            Some("/page.js") => whole("text/javascript; charset=utf-8", SCRIPT),
            Some("/status.json") => self.status().await,
            Some("/events") => self.events(),
            _ => text(StatusCode::NOT_FOUND, "There is no such page.\n"),
        }
    }

    /// The page's files are found beside it, so its own path ends with a slash.
    fn to_page(&self) -> Response<Body> {
        let mut response = text(StatusCode::PERMANENT_REDIRECT, "");
        if let Ok(page) = HeaderValue::from_str(&format!("{}/", self.path)) {
            response.headers_mut().insert(LOCATION, page);
        }
        response
    }

    async fn status(&self) -> Response<Body> {
        match self.snapshots.take().await {
            Some(status) => {
                whole("application/json", format!("{}\n", self.snapshots.dated(&status)))
            }
            None => text(StatusCode::SERVICE_UNAVAILABLE, "The emulator ends.\n"),
        }
    }

    fn events(&self) -> Response<Body> {
        let events = Events::of(self.snapshots.clone());
        of_type("text/event-stream", Response::new(Either::Right(events)))
    }
}

/// Whether a `Host` header names this machine, whatever the port.
fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.to_ascii_lowercase();
    name == "localhost"
        || name.ends_with(".localhost")
        || name == "[::1]"
        || name.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

fn whole(content_type: &'static str, body: impl Into<Bytes>) -> Response<Body> {
    of_type(content_type, Response::new(Either::Left(Full::new(body.into()))))
}

fn text(status: StatusCode, body: &'static str) -> Response<Body> {
    let mut response = whole("text/plain; charset=utf-8", body);
    *response.status_mut() = status;
    response
}

fn of_type(content_type: &'static str, mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_answered() {
        for host in [
            "localhost",
            "localhost:8080",
            "app.LOCALHOST:1",
            "127.0.0.1:80",
            "127.1.2.3",
            "[::1]:8080",
            "[::1]",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "127.0.0.1.evil.example:80",
            "localhost.evil:8080",
            "10.0.0.1",
            "notlocalhost",
            "0.0.0.0:80",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
