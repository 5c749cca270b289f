//! Those who write.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Millis;
use super::post::names;

/// Someone who may log in.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// 24 hexadecimal digits.
    pub id: String,
    /// The last part of the author page's address; unique among users.
    pub slug: String,
    /// The name that readers see.
    pub name: String,
    /// The address to log in with, in lower case; unique. Readers never see it.
    pub email: String,
    /// Argon2's hash of the password; none: can't log in.
    pub password_hash: Option<String>,
    /// What the user may do.
    pub role: Role,
    /// Whether the user may log in.
    pub is_active: bool,
    /// A few words about the author, plain text.
    pub bio: String,
    /// The address of a picture, or empty.
    pub image: String,
    /// A web address, or empty.
    pub website: String,
    /// Where the author lives, or empty.
    pub location: String,
    /// When the user was made.
    pub created_at: Millis,
    /// When the user was changed last.
    pub updated_at: Millis,
}

/// What a user may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Writes, publishes and deletes own posts.
    Author,
    /// Also everybody's posts and pages, and tags.
    Editor,
    /// Also users and settings. There is always one.
    Owner,
}

/// An author as a post shows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorRef {
    /// Their id.
    pub id: String,
    /// The last part of the author page's address.
    pub slug: String,
    /// Their name.
    pub name: String,
    /// The address of a picture, or empty.
    #[serde(default)]
    pub image: String,
}

names!(Role { Author => "author", Editor => "editor", Owner => "owner" });

impl From<&User> for AuthorRef {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.clone(),
            slug: user.slug.clone(),
            name: user.name.clone(),
            image: user.image.clone(),
        }
    }
}

impl fmt::Debug for User {
    /// Without the password's hash and the e-mail address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("id", &self.id)
            .field("slug", &self.slug)
            .field("role", &self.role)
            .field("is_active", &self.is_active)
            .finish_non_exhaustive()
    }
}
