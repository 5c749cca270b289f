//! The two cookies of the app, both numbers.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;

/// The id of the entry that the visitor has just written.
pub(crate) const SIGNED: &str = "signed";
/// How often the visitor has looked at the page about them.
pub(crate) const VISITS: &str = "visits";

/// The number in the cookie `name`.
pub(crate) fn number(headers: &HeaderMap, name: &str) -> Option<usize> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(own, _)| *own == name)?
        .1
        .parse()
        .ok()
}

/// A `set-cookie` for this many seconds; with 0 the browser forgets it.
pub(crate) fn set(name: &str, value: usize, max_age_seconds: u32) -> String {
    format!("{name}={value}; Path=/; Max-Age={max_age_seconds}; HttpOnly; SameSite=Lax")
}
