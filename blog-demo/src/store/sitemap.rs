//! Everything that readers can find, for search engines.

use serde::Serialize;

use super::site::COLUMNS as SITE;
use super::{Result, Site, Store};
use crate::model::Millis;
use crate::values;

/// Search engines read no more in one file.
const MOST: i64 = 50_000;

/// The addresses of a blog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sitemap {
    /// The site.
    pub site: Site,
    /// The addresses.
    pub entries: Vec<Entry>,
    /// When the next scheduled post appears.
    pub next_at: Option<Millis>,
}

/// One address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Path of the page.
    pub path: String,
    /// When it changed last.
    pub changed_at: Millis,
}

impl Store {
    /// The addresses of all posts, pages, tags and authors with posts, in one query.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn sitemap(&self, now: Millis) -> Result<Sitemap> {
        let visible = "posts.status = 'published' AND posts.published_at <= ?";
        let sql = format!(
            "SELECT {SITE}, listed.base, listed.slug, listed.seen_at, \
                (SELECT MIN(published_at) FROM posts \
                 WHERE status = 'published' AND published_at > ?) AS next_at \
             FROM site LEFT JOIN ( \
                SELECT '/' AS base, posts.slug AS slug, posts.updated_at AS seen_at \
                FROM posts WHERE {visible} \
                UNION ALL \
                SELECT '/tag/' AS base, tags.slug AS slug, MAX(posts.updated_at) AS seen_at \
                FROM tags JOIN posts_tags ON posts_tags.tag_id = tags.id \
                JOIN posts ON posts.id = posts_tags.post_id \
                WHERE {visible} AND tags.is_internal = 0 GROUP BY tags.slug \
                UNION ALL \
                SELECT '/author/' AS base, users.slug AS slug, MAX(posts.updated_at) AS seen_at \
                FROM users JOIN posts_authors ON posts_authors.user_id = users.id \
                JOIN posts ON posts.id = posts_authors.post_id \
                WHERE {visible} GROUP BY users.slug \
             ) listed ON 1 = 1 \
             ORDER BY listed.seen_at DESC, listed.base, listed.slug LIMIT ?"
        );
        let rows = self.database().all(&sql, values![now, now, now, now, MOST]).await?;
        let mut map = Sitemap { site: Site::default(), entries: Vec::new(), next_at: None };
        if let Some(first) = rows.first() {
            map.site = Site::of(first)?;
            map.next_at = first.integer_or_null("next_at")?;
        }
        for row in &rows {
            if let Some(slug) = row.text_or_null("slug")? {
                let path = format!("{}{slug}/", row.text("base")?);
                map.entries.push(Entry { path, changed_at: row.integer("seen_at")? });
            }
        }
        Ok(map)
    }
}
