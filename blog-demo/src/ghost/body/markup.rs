//! Pieces of HTML.

use super::Notes;

/// Text as it stands in HTML, also in an attribute.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// ` name="value"`, or nothing without a value.
pub(super) fn attribute(name: &str, value: &str) -> String {
    if value.is_empty() { String::new() } else { format!(" {name}=\"{}\"", escape(value)) }
}

/// Notes what of some HTML is kept but not shown to readers.
pub(super) fn note_unsafe(html: &str, what: &str, notes: &mut Notes) {
    let lower = html.to_ascii_lowercase();
    for tag in ["script", "style", "iframe", "form", "object", "embed", "video", "audio"] {
        if lower.contains(&format!("<{tag}")) {
            notes.add(format!("{what} has <{tag}>, which stays in the text and is not shown"));
        }
    }
}
