//! JSON as the adapter needs it: a validating scanner that gives positions instead of building
//! values, and strings escaped straight into the result.
//!
//! serde_json would have to build or skip every value of an event of which the app asks for a
//! few; skipping alone costs it as much as the whole translation costs here.

mod body;
mod escape;
mod scan;
mod special;
mod unescape;
mod value;

pub(crate) use body::{Body, check_text};
pub(crate) use escape::{escape, write_string};
pub(crate) use scan::Scanner;
pub(crate) use unescape::text;
pub(crate) use value::{Kind, Value};
