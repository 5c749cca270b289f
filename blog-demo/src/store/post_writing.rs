//! A post's rows as they are written: its own, its authors', its tags', its words'.

use super::{Error, Result, raise_revision, search};
use crate::database::Transaction;
use crate::model::{AuthorRef, Draft, TagRef};
use crate::{text, values};

/// So many characters of the text are its excerpt, where the author wrote none.
const EXCERPT: usize = 300;

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

pub(super) fn json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Invalid(error.to_string()))
}
