//! Attempts to log in that have not succeeded.

use super::{Result, Store};
use crate::database::ErrorKind;
use crate::model::Millis;
use crate::values;

/// The first block; each further failure doubles it.
const FIRST_BLOCK_MS: i64 = 30_000;
/// The longest block: an owner who is under attack waits no longer than this.
const LONGEST_BLOCK_MS: i64 = 15 * 60_000;
/// Failures are forgotten after a day without any.
const MEMORY_MS: i64 = 24 * 60 * 60_000;

impl Store {
    /// Counts an attempt before it is made, so that many at once are counted too; how long the
    /// subject, an account or a network, must wait. 0: it may try now.
    ///
    /// From the first attempt after `free` on, each doubles the time of the block. Attempts during a
    /// block are not made, and do not prolong it.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn count_attempt(&self, subject: &str, free: i64, now: Millis) -> Result<i64> {
        self.know_subject(subject, now).await?;
        let mut transaction = self.database().begin().await?;
        let sql = "UPDATE login_attempts SET \
                   failures = CASE WHEN updated_at < ? THEN 1 ELSE failures + 1 END, \
                   updated_at = ? WHERE subject = ? AND blocked_until <= ?";
        let values = values![now - MEMORY_MS, now, subject, now];
        let is_free = transaction.execute(sql, values).await? > 0;
        let sql = "SELECT failures, blocked_until FROM login_attempts WHERE subject = ?";
        let Some(row) = transaction.first(sql, values![subject]).await? else { return Ok(0) };
        if !is_free {
            return Ok((row.integer("blocked_until")? - now).max(1));
        }
        let over = row.integer("failures")? - free;
        if over > 0 {
            let doublings = u32::try_from(over - 1).unwrap_or(u32::MAX).min(10);
            let block_ms = (FIRST_BLOCK_MS << doublings).min(LONGEST_BLOCK_MS);
            let sql = "UPDATE login_attempts SET blocked_until = ? WHERE subject = ?";
            transaction.execute(sql, values![now + block_ms, subject]).await?;
        }
        transaction.commit().await?;
        Ok(0)
    }

    /// Forgets a subject's failures.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn forget_attempts(&self, subject: &str) -> Result<()> {
        let sql = "DELETE FROM login_attempts WHERE subject = ?";
        self.database().execute(sql, values![subject]).await?;
        Ok(())
    }

    /// Makes the subject's row, before the transaction: two that insert the same row in transactions
    /// can block each other.
    async fn know_subject(&self, subject: &str, now: Millis) -> Result<()> {
        let sql = "SELECT subject FROM login_attempts WHERE subject = ?";
        if self.database().first(sql, values![subject]).await?.is_some() {
            return Ok(());
        }
        // Whoever tries many accounts leaves many rows: old ones go when new ones come.
        let sql = "DELETE FROM login_attempts WHERE updated_at < ? AND blocked_until < ?";
        self.database().execute(sql, values![now - MEMORY_MS, now]).await?;
        let sql = "INSERT INTO login_attempts (subject, failures, blocked_until, updated_at) \
                   VALUES (?, 0, 0, ?)";
        match self.database().execute(sql, values![subject, now]).await {
            Err(error) if error.kind() != ErrorKind::Taken => Err(error.into()),
            _ => Ok(()),
        }
    }
}
