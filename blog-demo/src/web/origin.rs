//! The blog's own address, as readers see it.

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::HOST;
use axum::middleware::Next;
use axum::response::Response;

use crate::Blog;

/// Scheme and authority, without a slash at the end: `https://blog.example.org`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin(pub(crate) String);

impl Origin {
    /// Whether readers get the blog encrypted.
    pub(crate) fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// The authority: name and port.
    pub(crate) fn host(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, host)| host)
    }
}

/// Finds the origin and hands it on.
pub(crate) async fn find(State(blog): State<Blog>, mut request: Request, next: Next) -> Response {
    let configured = blog.config().url.as_ref().map(|url| url.trim_end_matches('/').to_owned());
    let origin = configured.unwrap_or_else(|| named(request.headers()));
    request.extensions_mut().insert(Origin(origin));
    next.run(request).await
}

/// What the request names. It decides what the sender gets back and nothing else: pages are kept
/// apart by it.
fn named(headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let scheme = match text("x-forwarded-proto") {
        Some("https") => "https",
        _ => "http",
    };
    let host = text(HOST.as_str()).filter(|host| is_authority(host)).unwrap_or("localhost");
    format!("{scheme}://{host}")
}

/// A name or address with an optional port, and nothing that could leave a link or a header.
fn is_authority(host: &str) -> bool {
    !host.is_empty()
        && host.len() <= 255
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_host_is_not_repeated() {
        for host in ["a\"><script>", "a/b", "a b", "user@evil.example", ""] {
            let mut headers = HeaderMap::new();
            if let Ok(value) = host.parse() {
                headers.insert(HOST, value);
            }
            assert_eq!(named(&headers), "http://localhost", "{host}");
        }
    }

    #[test]
    fn a_proxy_may_say_that_it_is_https() {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, "blog.example.org:8443".parse().unwrap());
        headers.insert("x-forwarded-proto", "https".parse().unwrap());
        assert_eq!(named(&headers), "https://blog.example.org:8443");
    }
}
