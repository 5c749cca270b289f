//! Saving posts: what has to hold, and who was first.

use super::post_rows::{COLUMNS, post};
use super::post_writing::{begin, write};
use super::revisions::Keep;
use super::slugs::{Of, free_slug};
use super::{Error, Result, Store, raise_revision, revisions};
use crate::database::Transaction;
use crate::model::{Draft, Kind, Post, new_id, new_uuid, now};
use crate::values;

/// The longest title, as in Ghost.
const LONGEST_TITLE: usize = 255;
/// The longest source: what every database and a front door of 6 MB can carry.
const LONGEST_SOURCE_BYTES: usize = 2 << 20;
/// The longest name of a tag, as in Ghost, and what the index of every database takes.
const LONGEST_TAG: usize = 191;
/// The most tags of a post: each costs queries.
const MOST_TAGS: usize = 100;

/// What became of a save.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// The post's id.
    pub id: String,
    /// Its slug, which may differ from the wished one.
    pub slug: String,
    /// Its new version, which the next save must name.
    pub version: i64,
}

impl Store {
    /// Makes a draft.
    ///
    /// # Errors
    /// If a field is too long, an author unknown, or the database fails.
    pub async fn create_post(&self, draft: &Draft, html: Option<String>) -> Result<Saved> {
        check(draft)?;
        let (id, time) = (new_id(), now());
        let mut transaction = self.database().begin().await?;
        let slug = free_slug(&mut transaction, Of::Post, wished(draft), &id).await?;
        begin(&mut transaction, &id, &new_uuid(), draft, &slug, time).await?;
        write(&mut transaction, &id, &slug, draft, html, time).await?;
        transaction.commit().await?;
        Ok(Saved { id, slug, version: 1 })
    }

    /// Saves what an author changed; `version` is that of the post that was read.
    ///
    /// The former text is kept as a revision, and a former slug of a published post as a redirect.
    ///
    /// # Errors
    /// [`Error::Conflict`] if somebody else has saved it since; otherwise as
    /// [`create_post`](Self::create_post).
    pub async fn save_post(
        &self,
        id: &str,
        version: i64,
        draft: &Draft,
        html: Option<String>,
        editor: Option<&str>,
    ) -> Result<Saved> {
        self.save(id, version, draft, html, editor, Keep::Always).await
    }

    /// The same for a draft that a timer saves: of many such texts in a row few are kept.
    ///
    /// # Errors
    /// As [`save_post`](Self::save_post).
    pub async fn autosave_post(
        &self,
        id: &str,
        version: i64,
        draft: &Draft,
        html: Option<String>,
        editor: Option<&str>,
    ) -> Result<Saved> {
        self.save(id, version, draft, html, editor, Keep::Seldom).await
    }

    async fn save(
        &self,
        id: &str,
        version: i64,
        draft: &Draft,
        html: Option<String>,
        editor: Option<&str>,
        keep: Keep,
    ) -> Result<Saved> {
        check(draft)?;
        let time = now();
        let mut transaction = self.database().begin().await?;
        let before = locked(&mut transaction, id, version).await?;
        let slug = free_slug(&mut transaction, Of::Post, wished(draft), id).await?;
        if before.published_at.is_some() && before.slug != slug {
            super::redirects::add(&mut transaction, &before.slug, id, time).await?;
        }
        super::redirects::remove(&mut transaction, &slug).await?;
        if before.source != draft.source || before.title != draft.title {
            revisions::keep(&mut transaction, &before, editor, keep).await?;
        }
        if let Some(editor) = editor {
            revisions::forget_autosaved(&mut transaction, id, editor).await?;
        }
        write(&mut transaction, id, &slug, draft, html, time).await?;
        transaction.commit().await?;
        Ok(Saved { id: id.to_owned(), slug, version: version + 1 })
    }

    /// Deletes a post and everything that belongs to it.
    ///
    /// # Errors
    /// If there is none, or the database fails.
    pub async fn delete_post(&self, id: &str) -> Result<()> {
        let mut transaction = self.database().begin().await?;
        if transaction.execute("DELETE FROM posts WHERE id = ?", values![id]).await? == 0 {
            return Err(Error::Missing("post"));
        }
        raise_revision(&mut transaction).await?;
        Ok(transaction.commit().await?)
    }
}

/// The post as it was, its row locked by having been written to, if it has that version.
async fn locked(transaction: &mut Transaction, id: &str, version: i64) -> Result<Post> {
    let sql = "UPDATE posts SET version = version + 1 WHERE id = ? AND version = ?";
    let found = transaction.execute(sql, values![id, version]).await?;
    let sql = format!("SELECT {COLUMNS} FROM posts WHERE posts.id = ?");
    match transaction.first(&sql, values![id]).await? {
        None => Err(Error::Missing("post")),
        Some(_) if found == 0 => Err(Error::Conflict),
        Some(row) => post(&row, now()),
    }
}

pub(super) fn wished(draft: &Draft) -> &str {
    if draft.slug.is_empty() { &draft.title } else { &draft.slug }
}

pub(super) fn check(draft: &Draft) -> Result<()> {
    if draft.title.chars().count() > LONGEST_TITLE {
        return Err(Error::Invalid(format!("the title is longer than {LONGEST_TITLE} characters")));
    }
    if draft.source.len() > LONGEST_SOURCE_BYTES {
        return Err(Error::Invalid(format!(
            "the text is longer than {LONGEST_SOURCE_BYTES} bytes"
        )));
    }
    if draft.tags.len() > MOST_TAGS {
        return Err(Error::Invalid(format!("there are more than {MOST_TAGS} tags")));
    }
    if draft.tags.iter().any(|tag| tag.chars().count() > LONGEST_TAG) {
        return Err(Error::Invalid(format!("a tag is longer than {LONGEST_TAG} characters")));
    }
    if draft.authors.is_empty() {
        let kind = if draft.kind == Kind::Page { "page" } else { "post" };
        return Err(Error::Invalid(format!("a {kind} needs an author")));
    }
    Ok(())
}
