//! Posts in pages.

use minijinja::Value;
use serde::Serialize;

use super::ImageView;
use crate::model::{AuthorRef, Millis, Post, TagRef};

/// A post or page.
#[derive(Debug, Serialize)]
pub(crate) struct PostView {
    title: String,
    path: String,
    /// Safe: it was made harmless when it was saved.
    html: Value,
    summary: String,
    cover: Option<ImageView>,
    is_featured: bool,
    is_page: bool,
    reading_minutes: i64,
    published_at: Millis,
    updated_at: Millis,
    authors: Vec<AuthorView>,
    tags: Vec<TagView>,
}

/// An author.
#[derive(Debug, Serialize)]
struct AuthorView {
    name: String,
    path: String,
    image: Option<ImageView>,
}

/// A tag that readers see.
#[derive(Debug, Serialize)]
struct TagView {
    name: String,
    path: String,
}

impl PostView {
    pub(crate) fn all(posts: &[Post]) -> Vec<Self> {
        posts.iter().map(Self::from).collect()
    }
}

impl From<&Post> for PostView {
    fn from(post: &Post) -> Self {
        Self {
            title: post.title.clone(),
            path: post.path(),
            html: Value::from_safe_string(post.html.clone()),
            summary: post.summary().to_owned(),
            cover: ImageView::new(&post.cover_image, &post.cover_alt, &post.cover_caption),
            is_featured: post.is_featured,
            is_page: post.kind == crate::model::Kind::Page,
            reading_minutes: post.reading_minutes,
            published_at: post.published_at.unwrap_or(post.updated_at),
            updated_at: post.updated_at,
            authors: post.authors.iter().map(AuthorView::from).collect(),
            tags: post.tags.iter().filter(|tag| !tag.is_internal).map(TagView::from).collect(),
        }
    }
}

impl From<&AuthorRef> for AuthorView {
    fn from(author: &AuthorRef) -> Self {
        Self {
            name: author.name.clone(),
            path: format!("/author/{}/", author.slug),
            image: ImageView::new(&author.image, "", ""),
        }
    }
}

impl From<&TagRef> for TagView {
    fn from(tag: &TagRef) -> Self {
        Self { name: tag.name.clone(), path: format!("/tag/{}/", tag.slug) }
    }
}
