//! Writing posts.

use super::post_rows::{COLUMNS, post};
use super::revisions::Keep;
use super::slugs::{Of, free_slug};
use super::{Error, Result, Store, raise_revision, revisions, search};
use crate::database::Transaction;
use crate::model::{AuthorRef, Draft, Kind, Post, TagRef, new_id, new_uuid, now};
use crate::{text, values};

/// So many characters of the text are its excerpt, where the author wrote none.
const EXCERPT: usize = 300;
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

/// An empty draft, of version 0.
pub(super) async fn begin(
    transaction: &mut Transaction,
    id: &str,
    uuid: &str,
    draft: &Draft,
    slug: &str,
    time: i64,
) -> Result<()> {
    transaction
        .execute(
            "INSERT INTO posts (id, uuid, kind, slug, title, format, source, html, excerpt, \
             custom_excerpt, cover_image, cover_alt, cover_caption, status, is_featured, \
             meta_title, meta_description, canonical_url, reading_minutes, authors, tags, \
             version, created_at, updated_at, published_at) \
             VALUES (?, ?, ?, ?, '', ?, '', '', '', '', '', '', '', 'draft', 0, '', '', '', 1, \
             '[]', '[]', 0, ?, ?, ?)",
            values![
                id,
                uuid,
                draft.kind.as_str(),
                slug,
                draft.format.as_str(),
                time,
                time,
                None::<i64>,
            ],
        )
        .await?;
    Ok(())
}

/// Everything but id, kind, status, times and version; a draft that was just made has version 0.
pub(super) async fn write(
    transaction: &mut Transaction,
    id: &str,
    slug: &str,
    draft: &Draft,
    html: Option<String>,
    time: i64,
) -> Result<()> {
    let authors = set_authors(transaction, id, &draft.authors).await?;
    let tags = set_tags(transaction, id, &draft.tags, time).await?;
    let html = html.unwrap_or_else(|| text::rendered(draft.format, &draft.source));
    let plain = text::plain(&html);
    search::index(transaction, id, draft, &tags, &plain).await?;
    transaction
        .execute(
            "UPDATE posts SET slug = ?, title = ?, format = ?, source = ?, html = ?, excerpt = ?, \
             custom_excerpt = ?, cover_image = ?, cover_alt = ?, cover_caption = ?, \
             is_featured = ?, meta_title = ?, meta_description = ?, canonical_url = ?, \
             reading_minutes = ?, authors = ?, tags = ?, updated_at = ?, \
             version = CASE WHEN version = 0 THEN 1 ELSE version END WHERE id = ?",
            values![
                slug,
                &draft.title,
                draft.format.as_str(),
                &draft.source,
                html,
                text::excerpt(&plain, EXCERPT),
                &draft.custom_excerpt,
                &draft.cover_image,
                &draft.cover_alt,
                &draft.cover_caption,
                draft.is_featured,
                &draft.meta_title,
                &draft.meta_description,
                &draft.canonical_url,
                text::reading_minutes(&plain),
                json(&authors)?,
                json(&tags)?,
                time,
                id,
            ],
        )
        .await?;
    raise_revision(transaction).await
}

async fn set_authors(
    transaction: &mut Transaction,
    post_id: &str,
    authors: &[String],
) -> Result<Vec<AuthorRef>> {
    transaction.execute("DELETE FROM posts_authors WHERE post_id = ?", values![post_id]).await?;
    let mut set: Vec<AuthorRef> = Vec::new();
    for id in authors {
        if set.iter().any(|author| author.id == *id) {
            continue;
        }
        let sql = "SELECT id, slug, name, image FROM users WHERE id = ?";
        let row = transaction.first(sql, values![id]).await?.ok_or(Error::Missing("author"))?;
        let position = i64::try_from(set.len()).unwrap_or(i64::MAX);
        let sql = "INSERT INTO posts_authors (post_id, user_id, position) VALUES (?, ?, ?)";
        transaction.execute(sql, values![post_id, id, position]).await?;
        set.push(AuthorRef {
            id: row.text("id")?,
            slug: row.text("slug")?,
            name: row.text("name")?,
            image: row.text("image")?,
        });
    }
    Ok(set)
}

async fn set_tags(
    transaction: &mut Transaction,
    post_id: &str,
    names: &[String],
    time: i64,
) -> Result<Vec<TagRef>> {
    transaction.execute("DELETE FROM posts_tags WHERE post_id = ?", values![post_id]).await?;
    let mut set: Vec<TagRef> = Vec::new();
    for name in names.iter().map(|name| name.trim()).filter(|name| !name.is_empty()) {
        let tag = super::tags::named(transaction, name, time).await?;
        if set.iter().any(|other| other.id == tag.id) {
            continue;
        }
        let position = i64::try_from(set.len()).unwrap_or(i64::MAX);
        let sql = "INSERT INTO posts_tags (post_id, tag_id, position) VALUES (?, ?, ?)";
        transaction.execute(sql, values![post_id, &tag.id, position]).await?;
        set.push(TagRef::from(&tag));
    }
    Ok(set)
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

pub(super) fn json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Invalid(error.to_string()))
}
