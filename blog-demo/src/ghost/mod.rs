//! Ghost's data and API: exports of Ghost come in, exports that Ghost takes go out, and programs that
//! read from Ghost's Content API read from this blog.

mod body;
pub(crate) mod content;
mod document;
mod export;
mod import;
mod pictures;

pub use document::{Document, Unreadable};
pub use export::export;
pub use import::{Imported, import};
pub use pictures::Pictures;
