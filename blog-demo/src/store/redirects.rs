//! Addresses that posts had before.

use super::{Result, Store};
use crate::database::{Error, Transaction};
use crate::model::Millis;
use crate::values;

impl Store {
    /// The slug that a post has now which readers found under this one before.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn moved_to(&self, slug: &str, now: Millis) -> Result<Option<String>> {
        let sql = "SELECT posts.slug FROM redirects JOIN posts ON posts.id = redirects.post_id \
                   WHERE redirects.slug = ? AND posts.status = 'published' \
                   AND posts.published_at <= ?";
        let row = self.database().first(sql, values![slug, now]).await?;
        Ok(row.map(|row| row.text("slug")).transpose()?)
    }
}

pub(super) async fn add(
    transaction: &mut Transaction,
    slug: &str,
    post_id: &str,
    time: Millis,
) -> Result<(), Error> {
    remove(transaction, slug).await?;
    let sql = "INSERT INTO redirects (slug, post_id, created_at) VALUES (?, ?, ?)";
    transaction.execute(sql, values![slug, post_id, time]).await?;
    Ok(())
}

/// A slug in use is no redirect.
pub(super) async fn remove(transaction: &mut Transaction, slug: &str) -> Result<(), Error> {
    transaction.execute("DELETE FROM redirects WHERE slug = ?", values![slug]).await?;
    Ok(())
}
