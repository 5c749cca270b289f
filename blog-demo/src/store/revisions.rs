//! Former texts of posts.

use super::post_rows::known;
use super::{Error, Result, Store};
use crate::database::{self, Row, Transaction};
use crate::model::{Draft, Format, Millis, Post, new_id, now};
use crate::values;

/// So many are kept of each post.
const MOST: i64 = 50;
/// Of an editor's automatic saves of a draft one is kept in this time.
const AUTOSAVED_EACH_MS: i64 = 5 * 60_000;

const COLUMNS: &str = "revisions.id, revisions.post_id, revisions.title, revisions.format, \
    revisions.version, revisions.autosaved, revisions.created_at, users.name";
const FROM: &str = "FROM revisions LEFT JOIN users ON users.id = revisions.user_id";

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
    /// Whether it is what its editor has not saved yet, and not a former text.
    pub is_autosaved: bool,
    /// When it had been saved.
    pub created_at: Millis,
}

/// What is kept of a text that is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// It was saved by its editor.
    Always,
    /// It was saved by a timer.
    Seldom,
}

impl Store {
    /// The former texts of a post, newest first, without `source`.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn revisions(&self, post_id: &str) -> Result<Vec<Revision>> {
        let sql = format!(
            "SELECT {COLUMNS}, '' AS source {FROM} WHERE revisions.post_id = ? \
             ORDER BY revisions.version DESC, revisions.created_at DESC"
        );
        let rows = self.database().all(&sql, values![post_id]).await?;
        rows.iter().map(revision).collect()
    }

    /// One of them, in full.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn revision_of(&self, post_id: &str, id: &str) -> Result<Option<Revision>> {
        let sql = format!(
            "SELECT {COLUMNS}, revisions.source {FROM} \
             WHERE revisions.post_id = ? AND revisions.id = ?"
        );
        let row = self.database().first(&sql, values![post_id, id]).await?;
        row.as_ref().map(revision).transpose()
    }

    /// Keeps an editor's text of a post aside which readers see otherwise: they go on seeing what
    /// was published. It takes the place of what the same editor had not saved before.
    ///
    /// # Errors
    /// If there is no such post or user, the text is too long, or the database fails.
    pub async fn set_aside(&self, post_id: &str, editor: &str, draft: &Draft) -> Result<()> {
        super::save::check(draft)?;
        let mut transaction = self.database().begin().await?;
        let sql = "SELECT version FROM posts WHERE id = ?";
        let row = transaction.first(sql, values![post_id]).await?;
        let version = row.ok_or(Error::Missing("post"))?.integer("version")?;
        forget_autosaved(&mut transaction, post_id, editor).await?;
        let kept = Kept { title: &draft.title, format: draft.format, source: &draft.source };
        kept.insert(&mut transaction, post_id, Some(editor), version, true, now()).await?;
        Ok(transaction.commit().await?)
    }

    /// Forgets what an editor had not saved.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn forget_aside(&self, post_id: &str, editor: &str) -> Result<()> {
        let mut transaction = self.database().begin().await?;
        forget_autosaved(&mut transaction, post_id, editor).await?;
        Ok(transaction.commit().await?)
    }

    /// The id of what an editor has not saved of a post, and when that was kept.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn aside(&self, post_id: &str, editor: &str) -> Result<Option<(String, Millis)>> {
        let sql = "SELECT id, created_at FROM revisions \
                   WHERE post_id = ? AND user_id = ? AND autosaved = 1";
        let row = self.database().first(sql, values![post_id, editor]).await?;
        Ok(row
            .map(|row| Ok::<_, database::Error>((row.text("id")?, row.integer("created_at")?)))
            .transpose()?)
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
        is_autosaved: row.flag("autosaved")?,
        created_at: row.integer("created_at")?,
    })
}

/// Keeps what a save is about to replace. `before` has its new version already.
pub(super) async fn keep(
    transaction: &mut Transaction,
    before: &Post,
    editor: Option<&str>,
    keep: Keep,
) -> Result<()> {
    if keep == Keep::Seldom && is_recent(transaction, before, editor).await? {
        return Ok(());
    }
    let version = before.version - 1;
    let kept = Kept { title: &before.title, format: before.format, source: &before.source };
    kept.insert(transaction, &before.id, editor, version, false, before.updated_at).await?;
    let sql = "DELETE FROM revisions WHERE post_id = ? AND version <= ?";
    transaction.execute(sql, values![&before.id, version - MOST]).await?;
    Ok(())
}

/// Whether the same editor replaced a text not long before.
async fn is_recent(
    transaction: &mut Transaction,
    before: &Post,
    editor: Option<&str>,
) -> Result<bool> {
    let sql = "SELECT user_id, created_at FROM revisions WHERE post_id = ? AND autosaved = 0 \
               ORDER BY version DESC LIMIT 1";
    let Some(newest) = transaction.first(sql, values![&before.id]).await? else {
        return Ok(false);
    };
    let is_same = newest.text_or_null("user_id")?.as_deref() == editor;
    Ok(is_same && before.updated_at - newest.integer("created_at")? < AUTOSAVED_EACH_MS)
}

/// What a revision holds.
#[derive(Clone, Copy, Debug)]
struct Kept<'a> {
    title: &'a str,
    format: Format,
    source: &'a str,
}

impl Kept<'_> {
    async fn insert(
        self,
        transaction: &mut Transaction,
        post_id: &str,
        editor: Option<&str>,
        version: i64,
        is_autosaved: bool,
        time: Millis,
    ) -> Result<()> {
        let sql = "INSERT INTO revisions (id, post_id, user_id, title, format, source, version, \
                   autosaved, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let values = values![
            new_id(),
            post_id,
            editor.map(str::to_owned),
            self.title,
            self.format.as_str(),
            self.source,
            version,
            is_autosaved,
            time,
        ];
        transaction.execute(sql, values).await?;
        Ok(())
    }
}

/// Forgets what an editor had not saved.
pub(super) async fn forget_autosaved(
    transaction: &mut Transaction,
    post_id: &str,
    editor: &str,
) -> Result<()> {
    let sql = "DELETE FROM revisions WHERE post_id = ? AND user_id = ? AND autosaved = 1";
    transaction.execute(sql, values![post_id, editor]).await?;
    Ok(())
}
