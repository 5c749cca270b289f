//! Reading posts.

use super::post_rows::{CARD_COLUMNS, COLUMNS, VISIBLE, post};
use super::site::COLUMNS as SITE;
use super::{Result, Site, Store};
use crate::database::Value;
use crate::model::{Kind, Millis, Post};
use crate::values;

/// Which posts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Filter {
    /// All of the stream.
    #[default]
    All,
    /// Those with the tag of that slug.
    Tag(String),
    /// Those by the author of that slug.
    Author(String),
}

/// One page of a list, and all that a reader's page needs besides: one round trip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The site.
    pub site: Site,
    /// The posts, newest first; featured ones are not treated otherwise.
    pub posts: Vec<Post>,
    /// How many there are on all pages.
    pub total: i64,
    /// When the next scheduled post appears: until then nothing changes without the revision.
    pub next_at: Option<Millis>,
}

/// A post, and all that its page needs besides: one round trip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostPage {
    /// The site.
    pub site: Site,
    /// The post or page, if readers see one.
    pub post: Option<Post>,
    /// When the next scheduled post appears, which may be this one.
    pub next_at: Option<Millis>,
}

impl Store {
    /// A page of the posts that readers see, newest first, without `source` and `html`.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn published(
        &self,
        filter: &Filter,
        now: Millis,
        limit: i64,
        offset: i64,
    ) -> Result<Page> {
        self.page(CARD_COLUMNS, filter, now, limit, offset).await
    }

    /// The newest posts that readers see, with their texts.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn published_in_full(
        &self,
        filter: &Filter,
        now: Millis,
        limit: i64,
    ) -> Result<Page> {
        self.page(COLUMNS, filter, now, limit, 0).await
    }

    async fn page(
        &self,
        columns: &str,
        filter: &Filter,
        now: Millis,
        limit: i64,
        offset: i64,
    ) -> Result<Page> {
        let (join, condition, value) = filter.sql();
        let sql = format!(
            "SELECT {SITE}, counted.total, counted.next_at, page.* \
             FROM site \
             LEFT JOIN (SELECT COUNT(*) AS total, \
                (SELECT MIN(published_at) FROM posts \
                 WHERE status = 'published' AND published_at > ?) AS next_at \
                FROM posts {join} WHERE {VISIBLE} AND posts.kind = 'post' {condition}) counted \
                ON 1 = 1 \
             LEFT JOIN (SELECT {columns} FROM posts {join} \
                WHERE {VISIBLE} AND posts.kind = 'post' {condition} \
                ORDER BY posts.published_at DESC, posts.id DESC LIMIT ? OFFSET ?) page \
                ON 1 = 1 \
             ORDER BY page.published_at DESC, page.id DESC"
        );
        let mut values = values![now, now];
        values.extend(value.clone());
        values.push(now.into());
        values.extend(value);
        values.extend(values![limit, offset]);
        let rows = self.database().all(&sql, values).await?;
        let Some(first) = rows.first() else { return Ok(Page::empty()) };
        Ok(Page {
            site: Site::of(first)?,
            total: first.integer("total")?,
            next_at: first.integer_or_null("next_at")?,
            posts: rows
                .iter()
                .filter(|row| !matches!(row.text_or_null("id"), Ok(None)))
                .map(|row| post(row, now))
                .collect::<Result<_>>()?,
        })
    }

    /// The post or page of a slug, if readers see it.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn published_by_slug(&self, slug: &str, now: Millis) -> Result<PostPage> {
        let sql = format!(
            "SELECT {SITE}, {COLUMNS}, \
             (SELECT MIN(published_at) FROM posts \
              WHERE status = 'published' AND published_at > ?) AS next_at \
             FROM site LEFT JOIN posts ON posts.slug = ? AND {VISIBLE}"
        );
        let Some(row) = self.database().first(&sql, values![now, slug, now]).await? else {
            return Ok(PostPage { site: Site::default(), post: None, next_at: None });
        };
        let is_there = row.text_or_null("id")?.is_some();
        Ok(PostPage {
            site: Site::of(&row)?,
            post: is_there.then(|| post(&row, now)).transpose()?,
            next_at: row.integer_or_null("next_at")?,
        })
    }

    /// A post or page, drafts too.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn post(&self, id: &str, now: Millis) -> Result<Option<Post>> {
        let sql = format!("SELECT {COLUMNS} FROM posts WHERE posts.id = ?");
        let row = self.database().first(&sql, values![id]).await?;
        row.map(|row| post(&row, now)).transpose()
    }

    /// A post or page by its UUID, drafts too: who knows it may see a preview.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn post_by_uuid(&self, uuid: &str, now: Millis) -> Result<Option<Post>> {
        let sql = format!("SELECT {COLUMNS} FROM posts WHERE posts.uuid = ?");
        let row = self.database().first(&sql, values![uuid]).await?;
        row.map(|row| post(&row, now)).transpose()
    }

    /// All posts or pages, drafts too, last changed first; of one author if named.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn all_posts(
        &self,
        kind: Kind,
        author: Option<&str>,
        now: Millis,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<Post>> {
        let mut values = values![kind.as_str()];
        let condition = author.map_or("", |id| {
            values.push(id.into());
            "AND posts.id IN (SELECT post_id FROM posts_authors WHERE user_id = ?)"
        });
        values.extend(values![limit, offset]);
        let sql = format!(
            "SELECT {CARD_COLUMNS} FROM posts WHERE posts.kind = ? {condition} \
             ORDER BY posts.updated_at DESC, posts.id DESC LIMIT ? OFFSET ?"
        );
        let rows = self.database().all(&sql, values).await?;
        rows.iter().map(|row| post(row, now)).collect()
    }

    /// Published posts that share tags with this one, most shared first, then newest.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn related(&self, id: &str, now: Millis, limit: i64) -> Result<Vec<Post>> {
        let sql = format!(
            "SELECT {CARD_COLUMNS} FROM posts \
             JOIN (SELECT theirs.post_id AS shared_id, COUNT(*) AS shared \
                FROM posts_tags mine JOIN posts_tags theirs ON theirs.tag_id = mine.tag_id \
                WHERE mine.post_id = ? AND theirs.post_id <> ? GROUP BY theirs.post_id) sharing \
                ON sharing.shared_id = posts.id \
             WHERE {VISIBLE} AND posts.kind = 'post' \
             ORDER BY sharing.shared DESC, posts.published_at DESC, posts.id DESC LIMIT ?"
        );
        let rows = self.database().all(&sql, values![id, id, now, limit]).await?;
        rows.iter().map(|row| post(row, now)).collect()
    }
}

impl Filter {
    /// A join, a condition, and its parameter.
    fn sql(&self) -> (&'static str, &'static str, Option<Value>) {
        match self {
            Self::All => ("", "", None),
            Self::Tag(slug) => (
                "JOIN posts_tags ON posts_tags.post_id = posts.id \
                 JOIN tags ON tags.id = posts_tags.tag_id",
                "AND tags.slug = ?",
                Some(slug.into()),
            ),
            Self::Author(slug) => (
                "JOIN posts_authors ON posts_authors.post_id = posts.id \
                 JOIN users ON users.id = posts_authors.user_id",
                "AND users.slug = ?",
                Some(slug.into()),
            ),
        }
    }
}

impl Page {
    fn empty() -> Self {
        Self { site: Site::default(), posts: Vec::new(), total: 0, next_at: None }
    }
}
