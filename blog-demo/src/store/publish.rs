//! Publishing.

use super::{Error, Result, Store, raise_revision};
use crate::model::{Millis, now};
use crate::values;

/// When readers are to get a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// At once. A post that was published before keeps its date.
    Now,
    /// At that time, which may lie ahead or behind.
    At(Millis),
    /// Not any more.
    Never,
}

impl Store {
    /// Publishes, schedules or withdraws a post; its new version.
    ///
    /// Nothing runs at the time itself: a post is visible when it is read after it.
    ///
    /// # Errors
    /// [`Error::Conflict`] if somebody else has saved it since `version`, or if there is none.
    pub async fn publish(&self, id: &str, version: i64, when: When) -> Result<i64> {
        let time = now();
        let (set, value) = match when {
            // Of a post with a date ahead, "now" makes it now.
            When::Now => (
                "status = 'published', published_at = \
                 CASE WHEN published_at IS NULL OR published_at > ? THEN ? ELSE published_at END",
                values![time, time],
            ),
            When::At(at) => ("status = 'published', published_at = ?", values![at]),
            When::Never => ("status = 'draft'", values![]),
        };
        let mut values = value;
        values.extend(values![time, id, version]);
        let sql = format!(
            "UPDATE posts SET {set}, updated_at = ?, version = version + 1 \
             WHERE id = ? AND version = ?"
        );
        let mut transaction = self.database().begin().await?;
        if transaction.execute(&sql, values).await? == 0 {
            let sql = "SELECT id FROM posts WHERE id = ?";
            let is_there = transaction.first(sql, values![id]).await?.is_some();
            return Err(if is_there { Error::Conflict } else { Error::Missing("post") });
        }
        raise_revision(&mut transaction).await?;
        transaction.commit().await?;
        Ok(version + 1)
    }
}
