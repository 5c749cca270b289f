//! Uploaded images.

use serde::{Deserialize, Serialize};

use super::Millis;

/// An image and its smaller versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// 24 hexadecimal digits.
    pub id: String,
    /// Where it is kept, below the image root: `2026/11/name-HASH.jpg`.
    pub path: String,
    /// Its media type.
    pub mime: String,
    /// Width in pixels.
    pub width: i64,
    /// Height in pixels.
    pub height: i64,
    /// Size of the original.
    pub size_bytes: i64,
    /// Smaller versions, smallest first.
    pub variants: Vec<Variant>,
    /// Who uploaded it.
    pub user_id: Option<String>,
    /// When.
    pub created_at: Millis,
}

/// A smaller version of an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// Where it is kept, below the image root.
    pub path: String,
    /// Its media type.
    pub mime: String,
    /// Width in pixels.
    pub width: i64,
    /// Height in pixels.
    pub height: i64,
}
