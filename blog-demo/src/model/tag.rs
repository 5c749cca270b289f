//! Tags.

use serde::{Deserialize, Serialize};

use super::Millis;

/// A tag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tag {
    /// 24 hexadecimal digits.
    pub id: String,
    /// The last part of its address; unique among tags.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What it is about, plain text.
    pub description: String,
    /// The address of an image, or empty.
    pub image: String,
    /// Whether only authors see it: its name begins with `#`, as in Ghost.
    pub is_internal: bool,
    /// The title for search engines, or empty.
    pub meta_title: String,
    /// The description for search engines, or empty.
    pub meta_description: String,
    /// When it was made.
    pub created_at: Millis,
    /// When it was changed last.
    pub updated_at: Millis,
}

/// A tag as a post shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagRef {
    /// Its id.
    pub id: String,
    /// The last part of its address.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Whether only authors see it.
    #[serde(default)]
    pub is_internal: bool,
}

impl From<&Tag> for TagRef {
    fn from(tag: &Tag) -> Self {
        Self {
            id: tag.id.clone(),
            slug: tag.slug.clone(),
            name: tag.name.clone(),
            is_internal: tag.is_internal,
        }
    }
}
