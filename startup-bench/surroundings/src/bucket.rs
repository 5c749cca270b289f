//! The bucket's content.

use serde_json::json;

/// The bucket.
pub(crate) const NAME: &str = "field-notes";

/// The file that the app reads at its start.
pub(crate) const CATALOG_KEY: &str = "catalog.json";

/// That file: about 12 KB.
pub(crate) fn catalog() -> Vec<u8> {
    let items: Vec<_> = (1..=200)
        .map(|n| json!({ "name": format!("Field guide, part {n}"), "price_cents": 900 + n * 7 }))
        .collect();
    json!({ "items": items }).to_string().into_bytes()
}
