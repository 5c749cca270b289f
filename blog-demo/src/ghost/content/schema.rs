//! The fields that filters and orders may name, and where they are kept.

use super::error::Error;

/// Where a field is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Text(&'static str),
    Flag(&'static str),
    Number(&'static str),
    Time(&'static str),
    /// The same for all that the API gives out.
    Constant(&'static str),
    /// A column of rows that belong to a post: a subquery up to its condition.
    Related {
        rows: &'static str,
        column: &'static str,
    },
}

/// The fields of one resource.
#[derive(Debug)]
pub(super) struct Schema {
    fields: &'static [(&'static str, Column)],
    /// The order that is taken without one.
    pub(super) order: &'static str,
}

const OF_TAGS: &str = "SELECT posts_tags.post_id FROM posts_tags \
    JOIN tags ON tags.id = posts_tags.tag_id WHERE 1 = 1";
const OF_PRIMARY_TAGS: &str = "SELECT posts_tags.post_id FROM posts_tags \
    JOIN tags ON tags.id = posts_tags.tag_id WHERE posts_tags.position = 0";
const OF_AUTHORS: &str = "SELECT posts_authors.post_id FROM posts_authors \
    JOIN users ON users.id = posts_authors.user_id WHERE 1 = 1";
const OF_PRIMARY_AUTHORS: &str = "SELECT posts_authors.post_id FROM posts_authors \
    JOIN users ON users.id = posts_authors.user_id WHERE posts_authors.position = 0";

const fn tags(column: &'static str) -> Column {
    Column::Related { rows: OF_TAGS, column }
}

const fn authors(column: &'static str) -> Column {
    Column::Related { rows: OF_AUTHORS, column }
}

pub(super) static POSTS: Schema = Schema {
    fields: &[
        ("id", Column::Text("posts.id")),
        ("uuid", Column::Text("posts.uuid")),
        ("slug", Column::Text("posts.slug")),
        ("title", Column::Text("posts.title")),
        ("html", Column::Text("posts.html")),
        ("custom_excerpt", Column::Text("posts.custom_excerpt")),
        ("feature_image", Column::Text("posts.cover_image")),
        ("canonical_url", Column::Text("posts.canonical_url")),
        ("meta_title", Column::Text("posts.meta_title")),
        ("meta_description", Column::Text("posts.meta_description")),
        ("featured", Column::Flag("posts.is_featured")),
        ("reading_time", Column::Number("posts.reading_minutes")),
        ("created_at", Column::Time("posts.created_at")),
        ("updated_at", Column::Time("posts.updated_at")),
        ("published_at", Column::Time("posts.published_at")),
        ("status", Column::Constant("published")),
        ("visibility", Column::Constant("public")),
        ("tag", tags("tags.slug")),
        ("tags", tags("tags.slug")),
        ("tags.slug", tags("tags.slug")),
        ("tags.id", tags("tags.id")),
        ("tags.name", tags("tags.name")),
        ("author", authors("users.slug")),
        ("authors", authors("users.slug")),
        ("authors.slug", authors("users.slug")),
        ("authors.id", authors("users.id")),
        ("primary_tag", Column::Related { rows: OF_PRIMARY_TAGS, column: "tags.slug" }),
        ("primary_author", Column::Related { rows: OF_PRIMARY_AUTHORS, column: "users.slug" }),
    ],
    order: "published_at DESC",
};

pub(super) static TAGS: Schema = Schema {
    fields: &[
        ("id", Column::Text("tags.id")),
        ("slug", Column::Text("tags.slug")),
        ("name", Column::Text("tags.name")),
        ("description", Column::Text("tags.description")),
        ("feature_image", Column::Text("tags.image")),
        ("created_at", Column::Time("tags.created_at")),
        ("updated_at", Column::Time("tags.updated_at")),
        ("visibility", Column::Constant("public")),
        ("count.posts", Column::Number("tags.posts")),
    ],
    order: "name ASC",
};

pub(super) static AUTHORS: Schema = Schema {
    fields: &[
        ("id", Column::Text("users.id")),
        ("slug", Column::Text("users.slug")),
        ("name", Column::Text("users.name")),
        ("bio", Column::Text("users.bio")),
        ("location", Column::Text("users.location")),
        ("website", Column::Text("users.website")),
        ("profile_image", Column::Text("users.image")),
        ("count.posts", Column::Number("users.posts")),
    ],
    order: "name ASC",
};

impl Schema {
    /// Where a field is kept.
    pub(super) fn column(&self, field: &str) -> Result<Column, Error> {
        let found = self.fields.iter().find(|(name, _)| *name == field);
        found.map(|(_, column)| *column).ok_or_else(|| {
            let known: Vec<_> = self.fields.iter().map(|(name, _)| *name).collect();
            Error::BadRequest(format!("there is no field '{field}', only {}", known.join(", ")))
        })
    }
}
