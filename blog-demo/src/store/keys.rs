//! Keys of the content API.

use super::{Result, Store};
use crate::model::{new_id, new_secret, now};
use crate::values;

impl Store {
    /// Makes a key; its secret, 26 hexadecimal digits as Ghost's have.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn create_api_key(&self, name: &str) -> Result<String> {
        let secret: String = new_secret().chars().take(26).collect();
        let sql = "INSERT INTO api_keys (id, name, secret, created_at) VALUES (?, ?, ?, ?)";
        self.database().execute(sql, values![new_id(), name, &secret, now()]).await?;
        Ok(secret)
    }

    /// The name of the key with that secret.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn api_key(&self, secret: &str) -> Result<Option<String>> {
        let sql = "SELECT name FROM api_keys WHERE secret = ?";
        let row = self.database().first(sql, values![secret]).await?;
        Ok(row.map(|row| row.text("name")).transpose()?)
    }

    /// Names and secrets of all keys, oldest first.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn api_keys(&self) -> Result<Vec<(String, String)>> {
        let sql = "SELECT name, secret FROM api_keys ORDER BY created_at, id";
        let rows = self.database().all(sql, values![]).await?;
        rows.iter().map(|row| Ok((row.text("name")?, row.text("secret")?))).collect()
    }

    /// Withdraws a key.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn delete_api_key(&self, secret: &str) -> Result<()> {
        self.database().execute("DELETE FROM api_keys WHERE secret = ?", values![secret]).await?;
        Ok(())
    }
}
