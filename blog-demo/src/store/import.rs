//! Rows of another blog, with the ids and times that they had there.

use super::post_writing::{begin, write};
use super::save::{check, wished};
use super::slugs::{Of, free_slug};
use super::{Result, Store, raise_revision};
use crate::database::Transaction;
use crate::model::{Draft, Millis, Tag, User};
use crate::values;

/// A post or page of another blog.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportedPost {
    /// 24 hexadecimal digits.
    pub id: String,
    /// A UUID.
    pub uuid: String,
    /// What authors change.
    pub draft: Draft,
    /// Whether readers may see it.
    pub is_published: bool,
    /// From when on.
    pub published_at: Option<Millis>,
    /// When it was begun.
    pub created_at: Millis,
    /// When it was saved last.
    pub updated_at: Millis,
}

impl Store {
    /// Adds a tag, unless there is one of that id or name; whether it was added.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn import_tag(&self, tag: &Tag) -> Result<bool> {
        let mut transaction = self.database().begin().await?;
        let sql = "SELECT id FROM tags WHERE id = ? OR LOWER(name) = LOWER(?)";
        if transaction.first(sql, values![&tag.id, &tag.name]).await?.is_some() {
            return Ok(false);
        }
        let slug = free_slug(&mut transaction, Of::Tag, &tag.slug, &tag.id).await?;
        let sql = "INSERT INTO tags (id, slug, name, description, image, is_internal, meta_title, \
                   meta_description, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let values = values![
            &tag.id,
            slug,
            &tag.name,
            &tag.description,
            &tag.image,
            tag.is_internal,
            &tag.meta_title,
            &tag.meta_description,
            tag.created_at,
            tag.updated_at,
        ];
        transaction.execute(sql, values).await?;
        raise_revision(&mut transaction).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Adds a user, unless there is one of that id or e-mail address; whether the user was added.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn import_user(&self, user: &User) -> Result<bool> {
        let mut transaction = self.database().begin().await?;
        let sql = "SELECT id FROM users WHERE id = ? OR email = ?";
        if transaction.first(sql, values![&user.id, &user.email]).await?.is_some() {
            return Ok(false);
        }
        let slug = free_slug(&mut transaction, Of::User, &user.slug, &user.id).await?;
        let sql = "INSERT INTO users (id, slug, name, email, password_hash, role, is_active, bio, \
                   image, website, location, created_at, updated_at) \
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let values = values![
            &user.id,
            slug,
            &user.name,
            &user.email,
            user.password_hash.clone(),
            user.role.as_str(),
            user.is_active,
            &user.bio,
            &user.image,
            &user.website,
            &user.location,
            user.created_at,
            user.updated_at,
        ];
        transaction.execute(sql, values).await?;
        raise_revision(&mut transaction).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Adds a post or page, unless there is one of that id; whether it was added.
    ///
    /// # Errors
    /// If a field is too long, an author unknown, or the database fails.
    pub async fn import_post(&self, post: &ImportedPost) -> Result<bool> {
        check(&post.draft)?;
        let mut transaction = self.database().begin().await?;
        let sql = "SELECT id FROM posts WHERE id = ?";
        if transaction.first(sql, values![&post.id]).await?.is_some() {
            return Ok(false);
        }
        let draft = &post.draft;
        let slug = free_slug(&mut transaction, Of::Post, wished(draft), &post.id).await?;
        begin(&mut transaction, &post.id, &post.uuid, draft, &slug, post.created_at).await?;
        write(&mut transaction, &post.id, &slug, draft, None, post.updated_at).await?;
        set_status(&mut transaction, post).await?;
        transaction.commit().await?;
        Ok(true)
    }
}

async fn set_status(transaction: &mut Transaction, post: &ImportedPost) -> Result<()> {
    let status = if post.is_published { "published" } else { "draft" };
    let sql = "UPDATE posts SET status = ?, published_at = ? WHERE id = ?";
    transaction.execute(sql, values![status, post.published_at, &post.id]).await?;
    Ok(())
}
