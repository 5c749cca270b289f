//! Posts as authors look for them: drafts too.

use super::post_rows::{CARD_COLUMNS, post};
use super::search::found;
use super::{Result, Store};
use crate::database::Value;
use crate::model::{Kind, Millis, Post, Status};
use crate::values;

/// Which posts an author wants to see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Posts or pages.
    pub kind: Kind,
    /// Only those in this status.
    pub status: Option<Status>,
    /// Only those by the author of this id.
    pub author: Option<String>,
    /// Only those with the tag of this slug.
    pub tag: Option<String>,
    /// Only those that have every word of it; empty: all.
    pub query: String,
}

impl Store {
    /// The selected posts, last changed first, without `source` and `html`; and how many there are.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn selected(
        &self,
        selection: &Selection,
        now: Millis,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<Post>, i64)> {
        let Some((from, mut values)) = selection.sql(now) else { return Ok((Vec::new(), 0)) };
        let sql = format!("SELECT COUNT(*) AS total {from}");
        let counted = self.database().first(&sql, values.clone()).await?;
        let total = counted.map_or(Ok(0), |row| row.integer("total"))?;
        let sql = format!(
            "SELECT {CARD_COLUMNS} {from} ORDER BY posts.updated_at DESC, posts.id DESC \
             LIMIT ? OFFSET ?"
        );
        values.extend(values![limit, offset]);
        let rows = self.database().all(&sql, values).await?;
        Ok((rows.iter().map(|row| post(row, now)).collect::<Result<_>>()?, total))
    }
}

impl Selection {
    /// From FROM on, and the parameters; none if nothing can be found.
    fn sql(&self, now: Millis) -> Option<(String, Vec<Value>)> {
        let mut sql = "FROM posts".to_owned();
        let mut values = Vec::new();
        if !self.query.trim().is_empty() {
            let (found, parameters) = found(&self.query)?;
            sql.push_str(&format!(" JOIN {found} ON found.found_id = posts.id"));
            values.extend(parameters);
        }
        sql.push_str(" WHERE posts.kind = ?");
        values.push(self.kind.as_str().into());
        match self.status {
            None => {}
            Some(Status::Draft) => sql.push_str(" AND posts.status = 'draft'"),
            Some(Status::Scheduled) => {
                sql.push_str(" AND posts.status = 'published' AND posts.published_at > ?");
                values.push(now.into());
            }
            Some(Status::Published) => {
                sql.push_str(" AND posts.status = 'published' AND posts.published_at <= ?");
                values.push(now.into());
            }
        }
        if let Some(author) = &self.author {
            sql.push_str(" AND posts.id IN (SELECT post_id FROM posts_authors WHERE user_id = ?)");
            values.push(author.into());
        }
        if let Some(tag) = &self.tag {
            sql.push_str(
                " AND posts.id IN (SELECT posts_tags.post_id FROM posts_tags \
                 JOIN tags ON tags.id = posts_tags.tag_id WHERE tags.slug = ?)",
            );
            values.push(tag.into());
        }
        Some((sql, values))
    }
}
