//! Tags.

use super::post_rows::list;
use super::post_writing::json;
use super::slugs::{Of, free_slug};
use super::{Error, Result, Store, raise_revision};
use crate::database::{self, Row, Transaction};
use crate::model::{Millis, Tag, TagRef, new_id, now};
use crate::values;

pub(super) const COLUMNS: &str = "tags.id, tags.slug, tags.name, tags.description, tags.image, \
    tags.is_internal, tags.meta_title, tags.meta_description, tags.created_at, tags.updated_at";

/// A tag and how many posts readers find under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedTag {
    /// The tag.
    pub tag: Tag,
    /// Published posts with it.
    pub posts: i64,
}

impl Store {
    /// The tag of a slug.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn tag(&self, slug: &str) -> Result<Option<Tag>> {
        let sql = format!("SELECT {COLUMNS} FROM tags WHERE tags.slug = ?");
        let row = self.database().first(&sql, values![slug]).await?;
        Ok(row.as_ref().map(tag).transpose()?)
    }

    /// All tags by name, with the number of their published posts.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn tags(&self, now: Millis) -> Result<Vec<CountedTag>> {
        let sql = format!(
            "SELECT {COLUMNS}, (SELECT COUNT(*) FROM posts_tags \
                JOIN posts ON posts.id = posts_tags.post_id \
                WHERE posts_tags.tag_id = tags.id AND posts.kind = 'post' \
                AND posts.status = 'published' AND posts.published_at <= ?) AS posts \
             FROM tags"
        );
        let rows = self.database().all(&sql, values![now]).await?;
        let mut tags = rows
            .iter()
            .map(|row| Ok(CountedTag { tag: tag(row)?, posts: row.integer("posts")? }))
            .collect::<Result<Vec<_>>>()?;
        // Here and not in SQL, where the order of letters is each database's own.
        tags.sort_by_key(|counted| counted.tag.name.to_lowercase());
        Ok(tags)
    }

    /// Saves a tag that is there; its posts show the new name.
    ///
    /// # Errors
    /// If there is none of that id, its name is empty, or the database fails.
    pub async fn save_tag(&self, changed: &Tag) -> Result<Tag> {
        let name = changed.name.trim();
        if name.is_empty() {
            return Err(Error::Invalid("a tag needs a name".to_owned()));
        }
        let mut transaction = self.database().begin().await?;
        let wished = if changed.slug.is_empty() { name } else { &changed.slug };
        let slug = free_slug(&mut transaction, Of::Tag, wished, &changed.id).await?;
        let is_internal = name.starts_with('#');
        let found = transaction
            .execute(
                "UPDATE tags SET slug = ?, name = ?, description = ?, image = ?, is_internal = ?, \
                 meta_title = ?, meta_description = ?, updated_at = ? WHERE id = ?",
                values![
                    &slug,
                    name,
                    &changed.description,
                    &changed.image,
                    is_internal,
                    &changed.meta_title,
                    &changed.meta_description,
                    now(),
                    &changed.id,
                ],
            )
            .await?;
        if found == 0 {
            return Err(Error::Missing("tag"));
        }
        let saved = Tag { slug, name: name.to_owned(), is_internal, ..changed.clone() };
        rewrite_posts(&mut transaction, &saved.id, Some(&TagRef::from(&saved))).await?;
        raise_revision(&mut transaction).await?;
        transaction.commit().await?;
        Ok(saved)
    }

    /// Deletes a tag; its posts stay.
    ///
    /// # Errors
    /// If there is none of that id, or the database fails.
    pub async fn delete_tag(&self, id: &str) -> Result<()> {
        let mut transaction = self.database().begin().await?;
        rewrite_posts(&mut transaction, id, None).await?;
        if transaction.execute("DELETE FROM tags WHERE id = ?", values![id]).await? == 0 {
            return Err(Error::Missing("tag"));
        }
        raise_revision(&mut transaction).await?;
        Ok(transaction.commit().await?)
    }
}

/// The tag of that name, made if there is none. Upper and lower case are the same name.
pub(super) async fn named(
    transaction: &mut Transaction,
    name: &str,
    time: Millis,
) -> Result<Tag, database::Error> {
    let sql = format!("SELECT {COLUMNS} FROM tags WHERE LOWER(tags.name) = LOWER(?)");
    if let Some(row) = transaction.first(&sql, values![name]).await? {
        return tag(&row);
    }
    let id = new_id();
    let made = Tag {
        slug: free_slug(transaction, Of::Tag, name, &id).await?,
        id,
        name: name.to_owned(),
        is_internal: name.starts_with('#'),
        created_at: time,
        updated_at: time,
        ..Tag::default()
    };
    let sql = "INSERT INTO tags (id, slug, name, description, image, is_internal, meta_title, \
               meta_description, created_at, updated_at) VALUES (?, ?, ?, '', '', ?, '', '', ?, ?)";
    let values = values![&made.id, &made.slug, &made.name, made.is_internal, time, time];
    transaction.execute(sql, values).await?;
    Ok(made)
}

/// Posts carry their tags with them, so that a list of posts is one query: here they are renewed.
async fn rewrite_posts(
    transaction: &mut Transaction,
    id: &str,
    new: Option<&TagRef>,
) -> Result<()> {
    let sql = "SELECT posts.id, posts.tags FROM posts \
               JOIN posts_tags ON posts_tags.post_id = posts.id WHERE posts_tags.tag_id = ?";
    for row in transaction.all(sql, values![id]).await? {
        let mut tags: Vec<TagRef> = list(&row.text("tags")?)?;
        match new {
            Some(new) => {
                tags.iter_mut().filter(|tag| tag.id == id).for_each(|tag| *tag = new.clone())
            }
            None => tags.retain(|tag| tag.id != id),
        }
        let sql = "UPDATE posts SET tags = ? WHERE id = ?";
        transaction.execute(sql, values![json(&tags)?, row.text("id")?]).await?;
    }
    Ok(())
}

pub(super) fn tag(row: &Row) -> Result<Tag, database::Error> {
    Ok(Tag {
        id: row.text("id")?,
        slug: row.text("slug")?,
        name: row.text("name")?,
        description: row.text("description")?,
        image: row.text("image")?,
        is_internal: row.flag("is_internal")?,
        meta_title: row.text("meta_title")?,
        meta_description: row.text("meta_description")?,
        created_at: row.integer("created_at")?,
        updated_at: row.integer("updated_at")?,
    })
}
