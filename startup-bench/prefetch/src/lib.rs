//! The list of a program's hot pages: those that a start touches, found by `startup-bench record`.
//!
//! A text, so that it can be read and compared:
//!
//! ```text
//! lambdafy-prefetch 1
//! size 1854784
//! head 8c1d02f4a97b3e65
//! 0 131072
//! 262144 65536
//! ```
//!
//! `size` and `head`, a hash of the file's first page, tell which file it is of: that page holds the
//! sizes of all segments and, where the linker writes one, the build's id. The other lines are
//! offsets and lengths in bytes.

mod list;
mod resident;

pub use list::{List, Range, StaleList};
pub use resident::is_resident;

/// Names of the files of a package, in one folder: the program that reads ahead, the app, and the
/// list of the app's hot pages.
pub const BOOTSTRAP: &str = "bootstrap";
/// The app, which was `bootstrap` before it was packaged.
pub const APP: &str = "app";
/// The list.
pub const LIST: &str = "app.hot";
