//! Posts and pages.

use serde::{Deserialize, Serialize};

use super::{AuthorRef, Millis, TagRef};

/// A post or a page, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// 24 hexadecimal digits.
    pub id: String,
    /// A UUID, which previews are addressed by.
    pub uuid: String,
    /// A post or a page.
    pub kind: Kind,
    /// The last part of its address; unique among posts and pages.
    pub slug: String,
    /// The title, plain text.
    pub title: String,
    /// The language of `source`.
    pub format: Format,
    /// What the author wrote.
    pub source: String,
    /// What readers get: made from `source` when it is saved, and safe to put into a page.
    pub html: String,
    /// The beginning of the text, plain.
    pub excerpt: String,
    /// The author's own words in its place; empty if there are none.
    pub custom_excerpt: String,
    /// The address of the cover image; empty if there is none.
    pub cover_image: String,
    /// What it shows, for those who can't see it.
    pub cover_alt: String,
    /// What stands below it, plain text.
    pub cover_caption: String,
    /// Draft or published.
    pub status: Status,
    /// Whether it is shown first.
    pub is_featured: bool,
    /// The title for search engines; empty means the title.
    pub meta_title: String,
    /// The description for search engines; empty means the excerpt.
    pub meta_description: String,
    /// The address that search engines are to prefer; empty means its own.
    pub canonical_url: String,
    /// Reading time in minutes, at least 1.
    pub reading_minutes: i64,
    /// Its authors, the first one first.
    pub authors: Vec<AuthorRef>,
    /// Its tags, the primary one first.
    pub tags: Vec<TagRef>,
    /// Counts saves: who saves an older one is told of the conflict.
    pub version: i64,
    /// When it was begun.
    pub created_at: Millis,
    /// When it was saved last.
    pub updated_at: Millis,
    /// When readers get it, if it is published; may lie ahead.
    pub published_at: Option<Millis>,
}

/// What an author changes in a post: everything that is not derived.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// A post or a page.
    pub kind: Kind,
    /// The wished slug; empty means one made from the title.
    pub slug: String,
    /// The title, plain text.
    pub title: String,
    /// The language of `source`.
    pub format: Format,
    /// The text.
    pub source: String,
    /// The author's own excerpt, or empty.
    pub custom_excerpt: String,
    /// The address of the cover image, or empty.
    pub cover_image: String,
    /// What it shows.
    pub cover_alt: String,
    /// What stands below it.
    pub cover_caption: String,
    /// Whether it is shown first.
    pub is_featured: bool,
    /// The title for search engines, or empty.
    pub meta_title: String,
    /// The description for search engines, or empty.
    pub meta_description: String,
    /// The preferred address, or empty.
    pub canonical_url: String,
    /// The ids of its authors, the first one first.
    pub authors: Vec<String>,
    /// The names of its tags, the primary one first; new ones are made.
    pub tags: Vec<String>,
}

/// Whether it belongs to the stream of posts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Dated, tagged, in feeds and lists.
    #[default]
    Post,
    /// Stands alone, such as "About".
    Page,
}

/// What a post's source is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// CommonMark with tables, footnotes, strikethrough and task lists.
    #[default]
    Markdown,
    /// HTML.
    Html,
    /// Ghost's editor since version 5.
    Lexical,
    /// Ghost's editor before.
    Mobiledoc,
}

/// Whether readers may see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Only authors see it.
    Draft,
    /// Readers get it from `published_at` on, which lies ahead.
    Scheduled,
    /// Readers get it.
    Published,
}

impl Post {
    /// The author's own excerpt, or else the beginning of the text.
    #[must_use]
    pub fn summary(&self) -> &str {
        if self.custom_excerpt.is_empty() { &self.excerpt } else { &self.custom_excerpt }
    }

    /// The path of its address.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/{}/", self.slug)
    }
}

impl From<&Post> for Draft {
    /// All that an author has set so far.
    fn from(post: &Post) -> Self {
        Self {
            kind: post.kind,
            slug: post.slug.clone(),
            title: post.title.clone(),
            format: post.format,
            source: post.source.clone(),
            custom_excerpt: post.custom_excerpt.clone(),
            cover_image: post.cover_image.clone(),
            cover_alt: post.cover_alt.clone(),
            cover_caption: post.cover_caption.clone(),
            is_featured: post.is_featured,
            meta_title: post.meta_title.clone(),
            meta_description: post.meta_description.clone(),
            canonical_url: post.canonical_url.clone(),
            authors: post.authors.iter().map(|author| author.id.clone()).collect(),
            tags: post.tags.iter().map(|tag| tag.name.clone()).collect(),
        }
    }
}

/// Says each variant's name in the database.
macro_rules! names {
    ($kind:ident { $($variant:ident => $name:literal),* $(,)? }) => {
        impl $kind {
            /// Its name where it is kept.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// The one of that name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }
        }
    };
}
pub(super) use names;

names!(Kind { Post => "post", Page => "page" });
names!(Format {
    Markdown => "markdown",
    Html => "html",
    Lexical => "lexical",
    Mobiledoc => "mobiledoc",
});
names!(Status { Draft => "draft", Scheduled => "scheduled", Published => "published" });
