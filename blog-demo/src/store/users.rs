//! Users as they are read.

use super::post_rows::known;
use super::{Result, Store};
use crate::database::Row;
use crate::model::{Millis, Role, User};
use crate::values;

pub(super) const COLUMNS: &str = "users.id, users.slug, users.name, users.email, users.password_hash, \
    users.role, users.is_active, users.bio, users.image, users.website, users.location, \
    users.created_at, users.updated_at";

/// An author and how many posts readers find by them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedAuthor {
    /// The author.
    pub user: User,
    /// Published posts by them.
    pub posts: i64,
}

impl Store {
    /// Whether there is a user: without one the blog has not been set up.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn has_users(&self) -> Result<bool> {
        Ok(self.database().first("SELECT id FROM users LIMIT 1", values![]).await?.is_some())
    }

    /// A user by id.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn user(&self, id: &str) -> Result<Option<User>> {
        self.user_where("users.id = ?", id).await
    }

    /// A user by the address to log in with.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn user_by_email(&self, email: &str) -> Result<Option<User>> {
        self.user_where("users.email = ?", &email.trim().to_lowercase()).await
    }

    /// A user by the slug of the author page.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn user_by_slug(&self, slug: &str) -> Result<Option<User>> {
        self.user_where("users.slug = ?", slug).await
    }

    async fn user_where(&self, condition: &str, value: &str) -> Result<Option<User>> {
        let sql = format!("SELECT {COLUMNS} FROM users WHERE {condition}");
        self.database().first(&sql, values![value]).await?.as_ref().map(user).transpose()
    }

    /// All users by name, with the number of their published posts.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn users(&self, now: Millis) -> Result<Vec<CountedAuthor>> {
        let sql = format!(
            "SELECT {COLUMNS}, (SELECT COUNT(*) FROM posts_authors \
                JOIN posts ON posts.id = posts_authors.post_id \
                WHERE posts_authors.user_id = users.id AND posts.kind = 'post' \
                AND posts.status = 'published' AND posts.published_at <= ?) AS posts \
             FROM users"
        );
        let rows = self.database().all(&sql, values![now]).await?;
        let mut users = rows
            .iter()
            .map(|row| Ok(CountedAuthor { user: user(row)?, posts: row.integer("posts")? }))
            .collect::<Result<Vec<_>>>()?;
        users.sort_by_key(|counted| counted.user.name.to_lowercase());
        Ok(users)
    }
}

pub(super) fn user(row: &Row) -> Result<User> {
    Ok(User {
        id: row.text("id")?,
        slug: row.text("slug")?,
        name: row.text("name")?,
        email: row.text("email")?,
        password_hash: row.text_or_null("password_hash")?,
        role: known(Role::from_name, "a user of the role", &row.text("role")?)?,
        is_active: row.flag("is_active")?,
        bio: row.text("bio")?,
        image: row.text("image")?,
        website: row.text("website")?,
        location: row.text("location")?,
        created_at: row.integer("created_at")?,
        updated_at: row.integer("updated_at")?,
    })
}
