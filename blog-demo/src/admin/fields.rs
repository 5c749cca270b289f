//! The fields of a form.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::Error;
use crate::store;

/// What a form carries; fields that are not there are empty.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields(Arc<Vec<(String, String)>>);

impl Fields {
    /// From a body or query. Whatever it holds becomes text.
    pub(super) fn parse(encoded: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(encoded);
        Self(Arc::new(pairs.map(|(name, value)| (name.into_owned(), plain(&value))).collect()))
    }

    /// A field as it was sent.
    pub(super) fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// A field of one line, without spaces around.
    pub(super) fn line(&self, name: &str) -> String {
        self.raw(name).replace(['\n', '\t'], " ").trim().to_owned()
    }

    /// All fields of a name, each one line.
    pub(super) fn lines(&self, name: &str) -> Vec<String> {
        let all = self.0.iter().filter(|(key, _)| key == name);
        all.map(|(_, value)| value.replace(['\n', '\t'], " ").trim().to_owned()).collect()
    }

    /// Whether a box is checked.
    pub(super) fn is_checked(&self, name: &str) -> bool {
        !self.raw(name).is_empty()
    }

    /// A number; 0 if it is none.
    pub(super) fn number(&self, name: &str) -> i64 {
        self.raw(name).parse().unwrap_or(0)
    }
}

/// Text as every database takes it: line feeds alone end lines, and no other control characters.
fn plain(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|letter| matches!(letter, '\n' | '\t') || !letter.is_control()).collect()
}

/// That a text is not longer than so many characters.
///
/// # Errors
/// If it is; `what` is named.
pub(super) fn at_most(longest: usize, what: &str, text: &str) -> Result<(), store::Error> {
    if text.chars().count() <= longest {
        return Ok(());
    }
    Err(store::Error::Invalid(format!("{what} is longer than {longest} characters")))
}

/// Of a request whose guard has read the form.
impl<S: Sync> FromRequestParts<S> for Fields {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parts.extensions.get::<Self>().cloned().ok_or(Error::NotAForm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_was_sent_becomes_text_that_every_database_takes() {
        let fields = Fields::parse(b"a=x%00y%1b%0d%0az&b=%ff%fe&a=2&c&=d&%26=e&n=12&m=-1x");
        assert_eq!(fields.raw("a"), "xy\nz");
        assert_eq!(fields.line("a"), "xy z");
        assert_eq!(fields.lines("a"), ["xy z", "2"]);
        assert_eq!(fields.raw("b"), "\u{fffd}\u{fffd}");
        assert_eq!((fields.raw("c"), fields.raw("none"), fields.raw("&")), ("", "", "e"));
        assert_eq!((fields.number("n"), fields.number("m")), (12, 0));
    }
}
