//! The site: its settings, and a number that rises with every change.

use super::{Result, Store, raise_revision};
use crate::database::Row;
use crate::model::{Millis, Settings};
use crate::values;

/// What [`Site::of`] reads.
pub(super) const COLUMNS: &str = "site.revision, site.changed_at, site.settings";

/// The site as readers need it for every page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// Rises with every change that readers can notice.
    pub revision: i64,
    /// When that change was.
    pub changed_at: Millis,
    /// What the owner has set.
    pub settings: Settings,
}

impl Store {
    /// The site.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn site(&self) -> Result<Site> {
        let sql = format!("SELECT {COLUMNS} FROM site");
        let row = self.database().first(&sql, values![]).await?;
        row.as_ref().map_or_else(|| Ok(Site::default()), Site::of)
    }

    /// The site's revision alone: the one query of a page that is kept in memory.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn revision(&self) -> Result<i64> {
        let row = self.database().first("SELECT revision FROM site", values![]).await?;
        Ok(row.map_or(Ok(0), |row| row.integer("revision"))?)
    }

    /// Replaces the settings.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn set_settings(&self, settings: &Settings) -> Result<()> {
        let json = serde_json::to_string(settings)
            .map_err(|error| super::Error::Invalid(error.to_string()))?;
        let mut transaction = self.database().begin().await?;
        transaction.execute("UPDATE site SET settings = ? WHERE id = 1", values![json]).await?;
        raise_revision(&mut transaction).await?;
        Ok(transaction.commit().await?)
    }
}

impl Site {
    /// From a row with [`COLUMNS`]. Settings that can't be read are the defaults: a
    /// blog that looks plain is better than none.
    pub(super) fn of(row: &Row) -> Result<Self> {
        let settings = serde_json::from_str(&row.text("settings")?).unwrap_or_default();
        Ok(Self {
            revision: row.integer("revision")?,
            changed_at: row.integer("changed_at")?,
            settings,
        })
    }
}
