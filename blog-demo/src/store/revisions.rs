//! Former texts of posts.

use super::post_rows::known;
use super::{Result, Store};
use crate::database::{self, Row, Transaction};
use crate::model::{Format, Millis, Post, new_id};
use crate::values;

/// So many are kept of each post; autosave makes many.
const MOST: i64 = 50;

/// A former text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// 24 hexadecimal digits.
    pub id: String,
    /// Whose it is.
    pub post_id: String,
    /// The name of who replaced it, if known.
    pub editor: Option<String>,
    /// The title then.
    pub title: String,
    /// The language of `source`.
    pub format: Format,
    /// The text then.
    pub source: String,
    /// The post's version then.
    pub version: i64,
    /// When it had been saved.
    pub created_at: Millis,
}

impl Store {
    /// The former texts of a post, newest first.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn revisions(&self, post_id: &str) -> Result<Vec<Revision>> {
        let sql = "SELECT revisions.id, revisions.post_id, revisions.title, revisions.format, \
                   revisions.source, revisions.version, revisions.created_at, users.name \
                   FROM revisions LEFT JOIN users ON users.id = revisions.user_id \
                   WHERE revisions.post_id = ? ORDER BY revisions.version DESC";
        let rows = self.database().all(sql, values![post_id]).await?;
        rows.iter().map(revision).collect()
    }

    /// One of them.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn revision_of(&self, post_id: &str, id: &str) -> Result<Option<Revision>> {
        Ok(self.revisions(post_id).await?.into_iter().find(|revision| revision.id == id))
    }
}

fn revision(row: &Row) -> Result<Revision> {
    Ok(Revision {
        id: row.text("id")?,
        post_id: row.text("post_id")?,
        editor: row.text_or_null("name")?,
        title: row.text("title")?,
        format: known(Format::from_name, "a revision of the format", &row.text("format")?)?,
        source: row.text("source")?,
        version: row.integer("version")?,
        created_at: row.integer("created_at")?,
    })
}

/// Keeps what a save is about to replace. `before` has its new version already.
pub(super) async fn keep(
    transaction: &mut Transaction,
    before: &Post,
    editor: Option<&str>,
) -> Result<(), database::Error> {
    let version = before.version - 1;
    transaction
        .execute(
            "INSERT INTO revisions (id, post_id, user_id, title, format, source, version, \
             created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            values![
                new_id(),
                &before.id,
                editor.map(str::to_owned),
                &before.title,
                before.format.as_str(),
                &before.source,
                version,
                before.updated_at,
            ],
        )
        .await?;
    let sql = "DELETE FROM revisions WHERE post_id = ? AND version <= ?";
    transaction.execute(sql, values![&before.id, version - MOST]).await?;
    Ok(())
}
