//! Sessions of those who are logged in.

use std::fmt;

use super::users::user;
use super::{Result, Store};
use crate::model::{Millis, User};
use crate::values;

/// Someone who is logged in.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// Who.
    pub user: User,
    /// What forms of this session carry.
    pub csrf_token: String,
    /// When it began.
    pub created_at: Millis,
    /// When it was prolonged last.
    pub seen_at: Millis,
}

impl Store {
    /// Begins a session. Expired ones of everybody are deleted along the way.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn begin_session(
        &self,
        token_hash: &str,
        user_id: &str,
        csrf_token: &str,
        now: Millis,
        expires_at: Millis,
    ) -> Result<()> {
        let mut transaction = self.database().begin().await?;
        transaction.execute("DELETE FROM sessions WHERE expires_at <= ?", values![now]).await?;
        let sql = "INSERT INTO sessions (token_hash, user_id, csrf_token, created_at, seen_at, \
                   expires_at) VALUES (?, ?, ?, ?, ?, ?)";
        let values = values![token_hash, user_id, csrf_token, now, now, expires_at];
        transaction.execute(sql, values).await?;
        Ok(transaction.commit().await?)
    }

    /// The session of a token, if it has not ended and its user is active.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn session(&self, token_hash: &str, now: Millis) -> Result<Option<Session>> {
        let sql = "SELECT users.id, users.slug, users.name, users.email, users.password_hash, \
                   users.role, users.is_active, users.bio, users.image, users.website, \
                   users.location, users.created_at, users.updated_at, \
                   sessions.csrf_token, sessions.created_at AS begun_at, sessions.seen_at \
                   FROM sessions JOIN users ON users.id = sessions.user_id \
                   WHERE sessions.token_hash = ? AND sessions.expires_at > ? \
                   AND users.is_active = 1";
        let Some(row) = self.database().first(sql, values![token_hash, now]).await? else {
            return Ok(None);
        };
        Ok(Some(Session {
            user: user(&row)?,
            csrf_token: row.text("csrf_token")?,
            created_at: row.integer("begun_at")?,
            seen_at: row.integer("seen_at")?,
        }))
    }

    /// Prolongs a session.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn prolong_session(
        &self,
        token_hash: &str,
        now: Millis,
        expires_at: Millis,
    ) -> Result<()> {
        let sql = "UPDATE sessions SET seen_at = ?, expires_at = ? WHERE token_hash = ?";
        self.database().execute(sql, values![now, expires_at, token_hash]).await?;
        Ok(())
    }

    /// Ends a session.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn end_session(&self, token_hash: &str) -> Result<()> {
        let sql = "DELETE FROM sessions WHERE token_hash = ?";
        self.database().execute(sql, values![token_hash]).await?;
        Ok(())
    }
}

impl fmt::Debug for Session {
    /// Without the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("user", &self.user).finish_non_exhaustive()
    }
}
