//! Lists by conditions and orders that a caller makes, of what readers may see.

use super::post_rows::{COLUMNS, VISIBLE, post};
use super::{CountedAuthor, CountedTag, Result, Store, tags, users};
use crate::database::Value;
use crate::model::{Kind, Millis, Post};
use crate::values;

/// Which rows, in what order. The texts go into a statement as they are: a caller puts nothing of a
/// request into them but what it knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// A condition in SQL, with `?` for each of `values`.
    pub condition: String,
    /// Its parameters.
    pub values: Vec<Value>,
    /// What stands behind `ORDER BY`.
    pub order: String,
    /// The most rows.
    pub limit: i64,
    /// So many are left out first.
    pub offset: i64,
}

/// Published posts of a tag or author, for its count.
const COUNTED: &str =
    "posts.kind = 'post' AND posts.status = 'published' AND posts.published_at <= ?";

impl Store {
    /// Posts or pages with their texts, and how many there are in all.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn list_posts(
        &self,
        kind: Kind,
        now: Millis,
        listing: &Listing,
    ) -> Result<(Vec<Post>, i64)> {
        let from =
            format!("FROM posts WHERE posts.kind = ? AND {VISIBLE} AND ({})", listing.condition);
        let mut values = values![kind.as_str(), now];
        values.extend(listing.values.iter().cloned());
        let (rows, total) = self.list(COLUMNS, &from, values, listing).await?;
        Ok((rows.iter().map(|row| post(row, now)).collect::<Result<_>>()?, total))
    }

    /// Tags that readers see and that have posts.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn list_tags(
        &self,
        now: Millis,
        listing: &Listing,
    ) -> Result<(Vec<CountedTag>, i64)> {
        let from = format!(
            "FROM (SELECT {}, (SELECT COUNT(*) FROM posts_tags \
                JOIN posts ON posts.id = posts_tags.post_id \
                WHERE posts_tags.tag_id = tags.id AND {COUNTED}) AS posts FROM tags) tags \
             WHERE tags.posts > 0 AND tags.is_internal = 0 AND ({})",
            tags::COLUMNS,
            listing.condition
        );
        let mut values = values![now];
        values.extend(listing.values.iter().cloned());
        let (rows, total) = self.list("tags.*", &from, values, listing).await?;
        let counted = rows
            .iter()
            .map(|row| Ok(CountedTag { tag: tags::tag(row)?, posts: row.integer("posts")? }))
            .collect::<Result<_>>()?;
        Ok((counted, total))
    }

    /// Users who have posts that readers see.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn list_users(
        &self,
        now: Millis,
        listing: &Listing,
    ) -> Result<(Vec<CountedAuthor>, i64)> {
        let from = format!(
            "FROM (SELECT {}, (SELECT COUNT(*) FROM posts_authors \
                JOIN posts ON posts.id = posts_authors.post_id \
                WHERE posts_authors.user_id = users.id AND {COUNTED}) AS posts FROM users) users \
             WHERE users.posts > 0 AND ({})",
            users::COLUMNS,
            listing.condition
        );
        let mut values = values![now];
        values.extend(listing.values.iter().cloned());
        let (rows, total) = self.list("users.*", &from, values, listing).await?;
        let counted = rows
            .iter()
            .map(|row| Ok(CountedAuthor { user: users::user(row)?, posts: row.integer("posts")? }))
            .collect::<Result<_>>()?;
        Ok((counted, total))
    }

    async fn list(
        &self,
        columns: &str,
        from: &str,
        values: Vec<Value>,
        listing: &Listing,
    ) -> Result<(Vec<crate::database::Row>, i64)> {
        let sql = format!("SELECT COUNT(*) AS total {from}");
        let total = self.database().first(&sql, values.clone()).await?;
        let total = total.map_or(Ok(0), |row| row.integer("total"))?;
        let sql = format!("SELECT {columns} {from} ORDER BY {} LIMIT ? OFFSET ?", listing.order);
        let mut values = values;
        values.extend(values![listing.limit, listing.offset]);
        Ok((self.database().all(&sql, values).await?, total))
    }
}
