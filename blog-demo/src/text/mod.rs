//! From what an author writes to what readers, search engines and the search get.

mod excerpt;
mod highlight;
mod markdown;
mod sanitize;
mod slug;
mod terms;

pub use excerpt::{excerpt, plain, reading_minutes};
pub use markdown::markdown;
pub use sanitize::sanitize;
pub use slug::slug;
pub use terms::{query_terms, weighted_terms};

use crate::model::Format;

/// The HTML of a source that this program renders itself; safe to put into a page.
///
/// Ghost's own formats come with the HTML that Ghost made of them: given here, they are text.
#[must_use]
pub fn rendered(format: Format, source: &str) -> String {
    match format {
        Format::Markdown => markdown(source),
        Format::Html | Format::Lexical | Format::Mobiledoc => sanitize(source),
    }
}
