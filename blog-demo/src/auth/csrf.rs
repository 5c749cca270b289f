//! Requests that another site has the browser send.
//!
//! Each request that changes something has to come from a page of the blog, as far as the browser
//! says where it comes from, and to carry a token that only the blog's own pages have.

use axum::http::HeaderMap;
use axum::http::header::ORIGIN;

use super::{Cookie, Secret, hash, is_same, set_cookie, value_of};
use crate::web::Origin;

/// A form may lie open this long before there is a session.
const FORM_SECONDS: i64 = 24 * 60 * 60;

/// Whether the browser says that a page of the blog has sent this, or says nothing.
///
/// The scheme is left out of it: a proxy in front may speak HTTPS without telling.
pub(crate) fn is_from_here(headers: &HeaderMap, origin: &Origin) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let site = text("sec-fetch-site").is_none_or(|site| site == "same-origin");
    let host = text(ORIGIN.as_str()).is_none_or(|from| {
        from.split_once("://").is_some_and(|(_, host)| host.eq_ignore_ascii_case(origin.host()))
    });
    site && host
}

/// The token of forms before there is a session: a hash of a cookie that no other site can read.
#[derive(Clone, Debug)]
pub(crate) struct FormCookie {
    secret: Secret,
    is_new: bool,
}

impl FormCookie {
    /// That of the browser, or a new one.
    pub(crate) fn of(headers: &HeaderMap, origin: &Origin) -> Self {
        match value_of(Cookie::Form, origin, headers) {
            Some(secret) => Self { secret, is_new: false },
            None => Self { secret: Secret::new(), is_new: true },
        }
    }

    /// What its forms carry.
    pub(crate) fn token(&self) -> String {
        hash(&format!("form {}", self.secret.reveal()))
    }

    /// Whether a form carries its token. A new cookie has given out none yet.
    pub(crate) fn is_token(&self, token: &str) -> bool {
        !self.is_new && is_same(token, &self.token())
    }

    /// Gives it to the browser.
    pub(crate) fn set(&self, headers: &mut HeaderMap, origin: &Origin) {
        set_cookie(headers, Cookie::Form, origin, self.secret.reveal(), FORM_SECONDS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_taken(pairs: &[(&str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(
                axum::http::HeaderName::from_bytes(name.as_bytes()).unwrap(),
                value.parse().unwrap(),
            );
        }
        is_from_here(&headers, &Origin("http://blog.example".to_owned()))
    }

    #[test]
    fn what_another_site_has_sent_is_refused() {
        assert!(is_taken(&[]));
        assert!(is_taken(&[("origin", "http://blog.example"), ("sec-fetch-site", "same-origin")]));
        assert!(is_taken(&[("origin", "https://blog.example")]));
        for origin in ["null", "https://evil.example", "http://blog.example.evil.example", "", "x"]
        {
            assert!(!is_taken(&[("origin", origin)]), "{origin}");
        }
        for site in ["cross-site", "same-site", "none", ""] {
            let headers = [("origin", "http://blog.example"), ("sec-fetch-site", site)];
            assert!(!is_taken(&headers), "{site}");
        }
    }
}
