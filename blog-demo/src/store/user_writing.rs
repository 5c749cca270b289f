//! Users as they are written: made, changed, and what has to hold then.

use super::post_rows::list;
use super::post_writing::json;
use super::slugs::{Of, free_slug};
use super::users::{COLUMNS, user};
use super::{Error, Result, Store, raise_revision};
use crate::database::{ErrorKind, Transaction};
use crate::model::{AuthorRef, Role, User, new_id, now};
use crate::values;

/// A user to be.
#[derive(Clone, PartialEq, Eq)]
pub struct NewUser {
    /// The name that readers see.
    pub name: String,
    /// The address to log in with.
    pub email: String,
    /// Argon2's hash of the password; none: can't log in.
    pub password_hash: Option<String>,
    /// What the user may do.
    pub role: Role,
}

impl std::fmt::Debug for NewUser {
    /// Without the password's hash and the e-mail address.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewUser")
            .field("name", &self.name)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Makes a user.
    ///
    /// # Errors
    /// If the name is empty, the address is none or taken, or the database fails.
    pub async fn create_user(&self, new: &NewUser) -> Result<User> {
        let mut transaction = self.database().begin().await?;
        let user = insert(&mut transaction, new).await?;
        raise_revision(&mut transaction).await?;
        transaction.commit().await?;
        Ok(user)
    }

    /// Makes the first user, the owner; none if there is a user already.
    ///
    /// # Errors
    /// As [`create_user`](Self::create_user).
    pub async fn create_owner(&self, new: &NewUser) -> Result<Option<User>> {
        let mut transaction = self.database().begin().await?;
        // Writing to the one row of the site first lets only one of two first users win.
        raise_revision(&mut transaction).await?;
        if transaction.first("SELECT id FROM users LIMIT 1", values![]).await?.is_some() {
            return Ok(None);
        }
        let user = insert(&mut transaction, &NewUser { role: Role::Owner, ..new.clone() }).await?;
        transaction.commit().await?;
        Ok(Some(user))
    }

    /// Saves a user; the posts show the new name. A changed password or role, and the end of being
    /// active, end all sessions and invitations.
    ///
    /// # Errors
    /// If there is none of that id, the last active owner would be gone, or as
    /// [`create_user`](Self::create_user).
    pub async fn save_user(&self, changed: &User) -> Result<User> {
        let mut transaction = self.database().begin().await?;
        raise_revision(&mut transaction).await?;
        let sql = format!("SELECT {COLUMNS} FROM users WHERE users.id = ?");
        let row = transaction.first(&sql, values![&changed.id]).await?;
        let before = user(&row.ok_or(Error::Missing("user"))?)?;
        let is_owner = |user: &User| user.role == Role::Owner && user.is_active;
        if is_owner(&before) && !is_owner(changed) {
            keep_an_owner(&mut transaction, &before.id).await?;
        }
        let wished = if changed.slug.is_empty() { &changed.name } else { &changed.slug };
        let slug = free_slug(&mut transaction, Of::User, wished, &changed.id).await?;
        let saved = User {
            slug,
            name: name(&changed.name)?,
            email: email(&changed.email)?,
            updated_at: now(),
            ..changed.clone()
        };
        update(&mut transaction, &saved).await?;
        rewrite_posts(&mut transaction, &AuthorRef::from(&saved)).await?;
        let ends_sessions = before.password_hash != saved.password_hash
            || before.role != saved.role
            || !saved.is_active;
        if ends_sessions {
            let sql = "DELETE FROM sessions WHERE user_id = ?";
            transaction.execute(sql, values![&saved.id]).await?;
            let sql = "DELETE FROM invitations WHERE user_id = ?";
            transaction.execute(sql, values![&saved.id]).await?;
        }
        transaction.commit().await?;
        Ok(saved)
    }
}

async fn insert(transaction: &mut Transaction, new: &NewUser) -> Result<User> {
    let (id, time) = (new_id(), now());
    let name = name(&new.name)?;
    let made = User {
        slug: free_slug(transaction, Of::User, &name, &id).await?,
        id,
        name,
        email: email(&new.email)?,
        password_hash: new.password_hash.clone(),
        role: new.role,
        is_active: true,
        bio: String::new(),
        image: String::new(),
        website: String::new(),
        location: String::new(),
        created_at: time,
        updated_at: time,
    };
    let sql = "INSERT INTO users (id, slug, name, email, password_hash, role, is_active, bio, \
               image, website, location, created_at, updated_at) \
               VALUES (?, ?, ?, ?, ?, ?, 1, '', '', '', '', ?, ?)";
    let values = values![
        &made.id,
        &made.slug,
        &made.name,
        &made.email,
        made.password_hash.clone(),
        made.role.as_str(),
        time,
        time,
    ];
    transaction.execute(sql, values).await.map_err(taken)?;
    Ok(made)
}

async fn update(transaction: &mut Transaction, user: &User) -> Result<()> {
    let sql = "UPDATE users SET slug = ?, name = ?, email = ?, password_hash = ?, role = ?, \
               is_active = ?, bio = ?, image = ?, website = ?, location = ?, updated_at = ? \
               WHERE id = ?";
    let values = values![
        &user.slug,
        &user.name,
        &user.email,
        user.password_hash.clone(),
        user.role.as_str(),
        user.is_active,
        &user.bio,
        &user.image,
        &user.website,
        &user.location,
        user.updated_at,
        &user.id,
    ];
    transaction.execute(sql, values).await.map_err(taken)?;
    Ok(())
}

async fn keep_an_owner(transaction: &mut Transaction, id: &str) -> Result<()> {
    let sql = "SELECT id FROM users WHERE role = 'owner' AND is_active = 1 AND id <> ?";
    match transaction.first(sql, values![id]).await? {
        Some(_) => Ok(()),
        None => Err(Error::Invalid("a blog needs an owner: make another one first".to_owned())),
    }
}

async fn rewrite_posts(transaction: &mut Transaction, new: &AuthorRef) -> Result<()> {
    let sql = "SELECT posts.id, posts.authors FROM posts \
               JOIN posts_authors ON posts_authors.post_id = posts.id \
               WHERE posts_authors.user_id = ?";
    for row in transaction.all(sql, values![&new.id]).await? {
        let mut authors: Vec<AuthorRef> = list(&row.text("authors")?)?;
        for author in authors.iter_mut().filter(|author| author.id == new.id) {
            author.clone_from(new);
        }
        let sql = "UPDATE posts SET authors = ? WHERE id = ?";
        transaction.execute(sql, values![json(&authors)?, row.text("id")?]).await?;
    }
    Ok(())
}

fn taken(error: crate::database::Error) -> Error {
    match error.kind() {
        ErrorKind::Taken => Error::Invalid("there is a user with this e-mail address".to_owned()),
        _ => error.into(),
    }
}

fn name(name: &str) -> Result<String> {
    match name.trim() {
        "" => Err(Error::Invalid("a user needs a name".to_owned())),
        long if long.chars().count() > 191 => {
            Err(Error::Invalid("the name is longer than 191 characters".to_owned()))
        }
        name => Ok(name.to_owned()),
    }
}

/// In lower case, so that nobody has two. Whether mail gets there only mail can tell.
fn email(email: &str) -> Result<String> {
    let email = email.trim().to_lowercase();
    let has_parts = email
        .split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
    if !has_parts || email.chars().count() > 191 || email.contains(char::is_whitespace) {
        return Err(Error::Invalid("this is no e-mail address".to_owned()));
    }
    Ok(email)
}
