//! Sessions of those who are logged in, and failed attempts.

use super::users::user;
use super::{Result, Store};
use crate::model::{Millis, User};
use crate::values;

/// Failures before an address is blocked.
const FREE_FAILURES: i64 = 5;
/// The first block; each further failure doubles it.
const FIRST_BLOCK_MS: i64 = 30_000;
/// The longest block.
const LONGEST_BLOCK_MS: i64 = 15 * 60_000;

/// Someone who is logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Who.
    pub user: User,
    /// What forms of this session carry.
    pub csrf_token: String,
    /// When it was used last, to the minute.
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
                   sessions.csrf_token, sessions.seen_at \
                   FROM sessions JOIN users ON users.id = sessions.user_id \
                   WHERE sessions.token_hash = ? AND sessions.expires_at > ? \
                   AND users.is_active = 1";
        let Some(row) = self.database().first(sql, values![token_hash, now]).await? else {
            return Ok(None);
        };
        Ok(Some(Session {
            user: user(&row)?,
            csrf_token: row.text("csrf_token")?,
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

    /// How long a subject, an address or a network, may not try to log in.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn blocked_for_ms(&self, subject: &str, now: Millis) -> Result<i64> {
        let sql = "SELECT blocked_until FROM login_attempts WHERE subject = ?";
        let row = self.database().first(sql, values![subject]).await?;
        let until = row.map_or(Ok(0), |row| row.integer("blocked_until"))?;
        Ok((until - now).max(0))
    }

    /// Counts a failed attempt. From the sixth on each doubles the time of the block.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn count_failure(&self, subject: &str, now: Millis) -> Result<()> {
        let mut transaction = self.database().begin().await?;
        let sql = "UPDATE login_attempts SET failures = failures + 1, updated_at = ? \
                   WHERE subject = ?";
        if transaction.execute(sql, values![now, subject]).await? == 0 {
            let sql = "INSERT INTO login_attempts (subject, failures, blocked_until, updated_at) \
                       VALUES (?, 1, 0, ?)";
            transaction.execute(sql, values![subject, now]).await?;
        }
        let sql = "SELECT failures FROM login_attempts WHERE subject = ?";
        let row = transaction.first(sql, values![subject]).await?;
        let failures = row.map_or(Ok(1), |row| row.integer("failures"))?;
        if failures > FREE_FAILURES {
            let doublings = u32::try_from(failures - FREE_FAILURES - 1).unwrap_or(u32::MAX).min(10);
            let block_ms = (FIRST_BLOCK_MS << doublings).min(LONGEST_BLOCK_MS);
            let sql = "UPDATE login_attempts SET blocked_until = ? WHERE subject = ?";
            transaction.execute(sql, values![now + block_ms, subject]).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Forgets a subject's failures.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn forget_failures(&self, subject: &str) -> Result<()> {
        let sql = "DELETE FROM login_attempts WHERE subject = ?";
        self.database().execute(sql, values![subject]).await?;
        Ok(())
    }
}
