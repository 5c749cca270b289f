//! Links by which users set their passwords.

use super::users::{COLUMNS, user};
use super::{Error, Result, Store};
use crate::model::{Millis, User, now};
use crate::values;

impl Store {
    /// Invites a user to set a password; an earlier invitation ends.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn invite(
        &self,
        user_id: &str,
        token_hash: &str,
        now: Millis,
        expires_at: Millis,
    ) -> Result<()> {
        let mut transaction = self.database().begin().await?;
        let sql = "DELETE FROM invitations WHERE user_id = ? OR expires_at <= ?";
        transaction.execute(sql, values![user_id, now]).await?;
        let sql = "INSERT INTO invitations (token_hash, user_id, expires_at) VALUES (?, ?, ?)";
        transaction.execute(sql, values![token_hash, user_id, expires_at]).await?;
        Ok(transaction.commit().await?)
    }

    /// Who is invited by that token, if the invitation has not ended and the user is active.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn invited(&self, token_hash: &str, now: Millis) -> Result<Option<User>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM invitations JOIN users ON users.id = invitations.user_id \
             WHERE invitations.token_hash = ? AND invitations.expires_at > ? \
             AND users.is_active = 1"
        );
        let row = self.database().first(&sql, values![token_hash, now]).await?;
        row.as_ref().map(user).transpose()
    }

    /// Sets the password of who was invited. The invitation and all sessions of the user end.
    ///
    /// # Errors
    /// If there is no such invitation any more, or the database fails.
    pub async fn accept_invitation(
        &self,
        token_hash: &str,
        user_id: &str,
        password_hash: &str,
    ) -> Result<()> {
        let mut transaction = self.database().begin().await?;
        let sql = "DELETE FROM invitations WHERE token_hash = ? AND user_id = ?";
        // Of two that accept it at once, one finds it gone.
        if transaction.execute(sql, values![token_hash, user_id]).await? == 0 {
            return Err(Error::Missing("invitation"));
        }
        let sql = "UPDATE users SET password_hash = ?, updated_at = ? WHERE id = ?";
        transaction.execute(sql, values![password_hash, now(), user_id]).await?;
        transaction.execute("DELETE FROM sessions WHERE user_id = ?", values![user_id]).await?;
        Ok(transaction.commit().await?)
    }
}
