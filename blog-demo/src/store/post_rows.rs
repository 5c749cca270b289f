//! Posts as rows.

use super::{Error, Result};
use crate::database::Row;
use crate::model::{Format, Kind, Post, Status};

/// The columns that [`post`] reads.
pub(super) const COLUMNS: &str = "posts.id, posts.uuid, posts.kind, posts.slug, posts.title, \
    posts.format, posts.source, posts.html, posts.excerpt, posts.custom_excerpt, \
    posts.cover_image, posts.cover_alt, posts.cover_caption, posts.status, posts.is_featured, \
    posts.meta_title, posts.meta_description, posts.canonical_url, posts.reading_minutes, \
    posts.authors, posts.tags, posts.version, posts.created_at, posts.updated_at, \
    posts.published_at";

/// The same without the texts, for lists.
pub(super) const CARD_COLUMNS: &str = "posts.id, posts.uuid, posts.kind, posts.slug, posts.title, \
    posts.format, '' AS source, '' AS html, posts.excerpt, posts.custom_excerpt, \
    posts.cover_image, posts.cover_alt, posts.cover_caption, posts.status, posts.is_featured, \
    posts.meta_title, posts.meta_description, posts.canonical_url, posts.reading_minutes, \
    posts.authors, posts.tags, posts.version, posts.created_at, posts.updated_at, \
    posts.published_at";

/// What readers get: published, and not later than the parameter, which is the time now.
pub(super) const VISIBLE: &str = "posts.status = 'published' AND posts.published_at <= ?";

/// The post in a row; `now` decides whether it is scheduled.
pub(super) fn post(row: &Row, now: i64) -> Result<Post> {
    let published_at = row.integer_or_null("published_at")?;
    Ok(Post {
        id: row.text("id")?,
        uuid: row.text("uuid")?,
        kind: known(Kind::from_name, "a post of the kind", &row.text("kind")?)?,
        slug: row.text("slug")?,
        title: row.text("title")?,
        format: known(Format::from_name, "a post of the format", &row.text("format")?)?,
        source: row.text("source")?,
        html: row.text("html")?,
        excerpt: row.text("excerpt")?,
        custom_excerpt: row.text("custom_excerpt")?,
        cover_image: row.text("cover_image")?,
        cover_alt: row.text("cover_alt")?,
        cover_caption: row.text("cover_caption")?,
        status: match (row.text("status")?.as_str(), published_at) {
            ("published", Some(at)) if at > now => Status::Scheduled,
            ("published", Some(_)) => Status::Published,
            _ => Status::Draft,
        },
        is_featured: row.flag("is_featured")?,
        meta_title: row.text("meta_title")?,
        meta_description: row.text("meta_description")?,
        canonical_url: row.text("canonical_url")?,
        reading_minutes: row.integer("reading_minutes")?,
        authors: list(&row.text("authors")?)?,
        tags: list(&row.text("tags")?)?,
        version: row.integer("version")?,
        created_at: row.integer("created_at")?,
        updated_at: row.integer("updated_at")?,
        published_at,
    })
}

/// A list that is kept as JSON.
pub(super) fn list<T: serde::de::DeserializeOwned>(json: &str) -> Result<Vec<T>> {
    serde_json::from_str(json).map_err(|error| Error::Unknown(format!("a list: {error}")))
}

/// Something by the name that is kept.
pub(super) fn known<T>(from_name: impl Fn(&str) -> Option<T>, what: &str, name: &str) -> Result<T> {
    from_name(name).ok_or_else(|| Error::Unknown(format!("{what} '{name}'")))
}
