//! Queries as the front doors undo their encoding, and which bodies are text.

use std::borrow::Cow;

use crate::{base64, percent};

/// Undoes the encoding of forms: percent-encoding, and `+` for a space.
fn form_decode(text: &str) -> String {
    percent::decode(&text.replace('+', " "))
}

/// The pairs of a query, as they were sent.
pub(super) fn raw_pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// The pairs of a query, decoded.
pub(super) fn decoded_pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    raw_pairs(query).map(|(name, value)| (form_decode(name), form_decode(value)))
}

/// A body as it stands in an event, and whether that is base64.
pub(super) struct Payload<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) is_base64: bool,
}

impl<'a> Payload<'a> {
    /// As text, whatever it is: what is not UTF-8 is lost.
    pub(super) fn lossy(body: &'a [u8]) -> Self {
        Self { text: String::from_utf8_lossy(body), is_base64: false }
    }

    pub(super) fn base64(body: &[u8]) -> Self {
        Self { text: base64::encode(body).into(), is_base64: true }
    }

    /// By the content type and encoding, as HTTP APIs, function URLs and load balancers do.
    pub(super) fn by_type(body: &'a [u8], content_type: Option<&str>, is_encoded: bool) -> Self {
        if body.is_empty() {
            return Self::lossy(body);
        }
        let is_text = !is_encoded && content_type.is_some_and(is_text);
        match std::str::from_utf8(body) {
            Ok(text) if is_text => Self { text: text.into(), is_base64: false },
            _ => Self::base64(body),
        }
    }
}

fn is_text(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default();
    let essence = essence.trim().to_ascii_lowercase();
    essence.starts_with("text/")
        || matches!(
            essence.as_str(),
            "application/json" | "application/javascript" | "application/xml"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_a_query_keep_their_order() {
        let raw: Vec<_> = raw_pairs("a=1&b&=x&&a=%20+").collect();
        assert_eq!(raw, [("a", "1"), ("b", ""), ("", "x"), ("a", "%20+")]);
        let decoded: Vec<_> = decoded_pairs("a=%20+&p=a%2Bb").collect();
        assert_eq!(decoded[0], ("a".into(), "  ".into()));
        assert_eq!(decoded[1], ("p".into(), "a+b".into()));
    }

    #[test]
    fn only_some_types_are_text() {
        let is_base64 =
            |content_type, is_encoded| Payload::by_type(b"{}", content_type, is_encoded).is_base64;
        assert!(!is_base64(Some("application/json; charset=utf-8"), false));
        assert!(!is_base64(Some("Text/HTML"), false));
        assert!(is_base64(Some("application/json"), true));
        assert!(is_base64(Some("application/x-www-form-urlencoded"), false));
        assert!(is_base64(None, false));
        assert!(!Payload::by_type(b"", None, false).is_base64);
        assert!(Payload::by_type(b"\xff", Some("text/plain"), false).is_base64);
    }
}
