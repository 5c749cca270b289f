//! The two cookies: of the session, and of forms before there is one.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};

use super::Secret;
use crate::web::Origin;

/// A cookie of the blog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// Who is logged in.
    Session,
    /// Proves that a form was fetched by the browser that sends it, before there is a session.
    Form,
}

impl Cookie {
    /// On an encrypted site the name itself forbids that another host, or a page that came
    /// unencrypted, sets it.
    fn name(self, origin: &Origin) -> &'static str {
        match (self, origin.is_https()) {
            (Self::Session, true) => "__Host-session",
            (Self::Session, false) => "session",
            (Self::Form, true) => "__Host-form",
            (Self::Form, false) => "form",
        }
    }

    /// A link from elsewhere into the administration finds who is logged in; forms before are only
    /// ever sent from their own page.
    fn same_site(self) -> &'static str {
        match self {
            Self::Session => "Lax",
            Self::Form => "Strict",
        }
    }
}

/// The secret in a cookie of the request. Two of one name are none: one of them is somebody else's.
pub(crate) fn value_of(cookie: Cookie, origin: &Origin, headers: &HeaderMap) -> Option<Secret> {
    let name = cookie.name(origin);
    let mut found = None;
    for line in headers.get_all(COOKIE) {
        for pair in line.to_str().ok()?.split(';') {
            let Some((key, value)) = pair.trim().split_once('=') else { continue };
            if key == name && found.replace(value).is_some() {
                return None;
            }
        }
    }
    Secret::parse(found?)
}

/// Sets a cookie for so many seconds.
pub(crate) fn set_cookie(
    headers: &mut HeaderMap,
    cookie: Cookie,
    origin: &Origin,
    value: &str,
    seconds: i64,
) {
    let name = cookie.name(origin);
    let same_site = cookie.same_site();
    let secure = if origin.is_https() { "; Secure" } else { "" };
    let text = format!(
        "{name}={value}; Path=/; HttpOnly; SameSite={same_site}; Max-Age={seconds}{secure}"
    );
    if let Ok(value) = HeaderValue::from_str(&text) {
        headers.append(SET_COOKIE, value);
    }
}

/// Has the browser forget a cookie.
pub(crate) fn drop_cookie(headers: &mut HeaderMap, cookie: Cookie, origin: &Origin) {
    set_cookie(headers, cookie, origin, "", 0);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str, origin: &str) -> Option<Secret> {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, line.parse().unwrap());
        value_of(Cookie::Session, &Origin(origin.to_owned()), &headers)
    }

    #[test]
    fn a_cookie_of_two_values_has_none() {
        let (one, other) = ("1".repeat(64), "2".repeat(64));
        assert!(found(&format!("a=b; session={one}"), "http://b").is_some());
        assert_eq!(found(&format!("session={one}; session={other}"), "http://b"), None);
    }

    #[test]
    fn an_encrypted_site_takes_only_the_name_that_nobody_else_can_set() {
        let secret = "1".repeat(64);
        assert_eq!(found(&format!("session={secret}"), "https://b"), None);
        assert!(found(&format!("__Host-session={secret}"), "https://b").is_some());
    }

    #[test]
    fn an_encrypted_site_sets_it_for_encrypted_connections_only() {
        let mut headers = HeaderMap::new();
        set_cookie(&mut headers, Cookie::Session, &Origin("https://b".to_owned()), "x", 60);
        assert_eq!(
            headers[SET_COOKIE],
            "__Host-session=x; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure"
        );
    }
}
