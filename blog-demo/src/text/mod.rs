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
