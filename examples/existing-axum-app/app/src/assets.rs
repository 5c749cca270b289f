//! Static files, part of the binary, which browsers keep and ask about by their `ETag`.

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::pages;

const FILES: [(&str, &str, &str); 3] = [
    ("ridge.svg", "image/svg+xml", include_str!("../assets/ridge.svg")),
    ("icon.svg", "image/svg+xml", include_str!("../assets/icon.svg")),
    ("packing.js", "text/javascript; charset=utf-8", include_str!("../assets/packing.js")),
];

pub(crate) async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some((_, content_type, text)) = FILES.iter().find(|(own, ..)| *own == name) else {
        return pages::not_found().await.into_response();
    };
    let tag = format!("\"{:016x}\"", hash(text.as_bytes()));
    let kept = [(ETAG, tag.clone()), (CACHE_CONTROL, "max-age=60".to_owned())];
    if headers.get(IF_NONE_MATCH).is_some_and(|own| own == &tag) {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    (kept, [(CONTENT_TYPE, *content_type)], *text).into_response()
}

/// FNV-1a.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
