//! Whether a body is sent as text or as base64.
//!
//! Never base64 for text: a REST API without `binaryMediaTypes` would give the client the base64
//! itself. Never text for anything else: JSON would not hold it. Nothing is transcoded.

use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};

use crate::Options;

/// The body as text, or `None` if it must be sent as base64.
pub(super) fn text<'a>(headers: &HeaderMap, body: &'a [u8], options: &Options) -> Option<&'a str> {
    if body.is_empty() {
        return Some("");
    }
    if !may_be_text(headers, options) {
        return None;
    }
    simdutf8::basic::from_utf8(body).ok()
}

/// Whether a body with these headers is text as far as they tell.
pub(super) fn may_be_text(headers: &HeaderMap, options: &Options) -> bool {
    let codings = headers.get_all(CONTENT_ENCODING);
    if !codings.iter().flat_map(|value| value.as_bytes().split(|&b| b == b',')).all(is_identity) {
        return false;
    }
    let content_type = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    content_type.is_none_or(|value| value.trim_ascii().is_empty() || is_text_type(value, options))
}

fn is_identity(coding: &[u8]) -> bool {
    coding.trim_ascii().is_empty() || coding.trim_ascii().eq_ignore_ascii_case(b"identity")
}

fn is_text_type(content_type: &[u8], options: &Options) -> bool {
    // What most answers say needs no taking apart.
    if let b"application/json" | b"text/html; charset=utf-8" | b"text/plain; charset=utf-8" =
        content_type
        && options.binary_types.is_empty()
    {
        return true;
    }
    let Ok(content_type) = std::str::from_utf8(content_type) else {
        return false;
    };
    let (essence, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    let essence = essence.trim();
    let listed = |types: &[String]| types.iter().any(|own| own.eq_ignore_ascii_case(essence));
    if listed(&options.binary_types) || !is_utf8_charset(parameters) {
        return false;
    }
    is_known_text(essence) || listed(&options.text_types)
}

fn is_known_text(essence: &str) -> bool {
    if starts_with(essence, "text/") {
        return true;
    }
    let Some(subtype) = essence
        .strip_prefix("application/")
        .or_else(|| starts_with(essence, "application/").then(|| &essence["application/".len()..]))
    else {
        return ends_with(essence, "+xml") || ends_with(essence, "+json");
    };
    const TEXT: [&str; 21] = [
        "json",
        "xml",
        "javascript",
        "x-javascript",
        "ecmascript",
        "x-www-form-urlencoded",
        "x-ndjson",
        "ndjson",
        "jsonl",
        "json-seq",
        "graphql",
        "yaml",
        "x-yaml",
        "toml",
        "sql",
        "xml-dtd",
        "x-sh",
        "rtf",
        "csv",
        "sparql-query",
        "vnd.apple.mpegurl",
    ];
    ends_with(subtype, "+json")
        || ends_with(subtype, "+xml")
        || ends_with(subtype, "+yaml")
        || TEXT.iter().any(|text| text.eq_ignore_ascii_case(subtype))
}

/// Whether the charset among the parameters, if there is one, is UTF-8 or a part of it.
fn is_utf8_charset(parameters: &str) -> bool {
    let mut parameters = parameters.split(';').filter_map(|parameter| parameter.split_once('='));
    let charset = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    charset.is_none_or(|(_, charset)| {
        let charset = charset.trim().trim_matches('"');
        ["utf-8", "utf8", "us-ascii", "ascii", ""]
            .iter()
            .any(|own| own.eq_ignore_ascii_case(charset))
    })
}

fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|part| part.eq_ignore_ascii_case(start))
}

fn ends_with(text: &str, end: &str) -> bool {
    let at = text.len().saturating_sub(end.len());
    text.get(at..).is_some_and(|part| part.eq_ignore_ascii_case(end))
}
