//! What a blog is made of.

mod id;
mod image;
mod post;
mod settings;
mod tag;
mod user;

pub use id::{new_id, new_secret, new_uuid};
pub use image::{Image, ImagePath, Variant, WIDTHS};
pub use post::{Draft, Format, Kind, Post, Status};
pub use settings::{Link, Settings};
pub use tag::{Tag, TagRef};
pub use user::{AuthorRef, Role, User};

/// Unix milliseconds: the one way in which times are kept.
pub type Millis = i64;

/// The time now.
#[must_use]
pub fn now() -> Millis {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
