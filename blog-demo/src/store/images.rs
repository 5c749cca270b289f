//! What is known of uploaded images.

use super::post_rows::list;
use super::post_writing::json;
use super::{Result, Store, raise_revision};
use crate::database::Row;
use crate::model::Image;
use crate::values;

const COLUMNS: &str = "id, path, mime, width, height, size_bytes, variants, user_id, created_at";

impl Store {
    /// Remembers an image.
    ///
    /// # Errors
    /// If there is one of that path, or the database fails.
    pub async fn add_image(&self, image: &Image) -> Result<()> {
        let mut transaction = self.database().begin().await?;
        let sql = format!("INSERT INTO images ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
        let values = values![
            &image.id,
            &image.path,
            &image.mime,
            image.width,
            image.height,
            image.size_bytes,
            json(&image.variants)?,
            image.user_id.clone(),
            image.created_at,
        ];
        transaction.execute(&sql, values).await?;
        raise_revision(&mut transaction).await?;
        Ok(transaction.commit().await?)
    }

    /// The image at a path.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn image(&self, path: &str) -> Result<Option<Image>> {
        let sql = format!("SELECT {COLUMNS} FROM images WHERE path = ?");
        self.database().first(&sql, values![path]).await?.as_ref().map(image).transpose()
    }

    /// All of these images that are known.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn images(&self, paths: &[String]) -> Result<Vec<Image>> {
        if paths.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT {COLUMNS} FROM images WHERE path IN ({})",
            vec!["?"; paths.len()].join(", ")
        );
        let values = paths.iter().map(Into::into).collect();
        self.database().all(&sql, values).await?.iter().map(image).collect()
    }

    /// The newest images.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn newest_images(&self, limit: i64, offset: i64) -> Result<Vec<Image>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM images ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?"
        );
        self.database().all(&sql, values![limit, offset]).await?.iter().map(image).collect()
    }
}

fn image(row: &Row) -> Result<Image> {
    Ok(Image {
        id: row.text("id")?,
        path: row.text("path")?,
        mime: row.text("mime")?,
        width: row.integer("width")?,
        height: row.integer("height")?,
        size_bytes: row.integer("size_bytes")?,
        variants: list(&row.text("variants")?)?,
        user_id: row.text_or_null("user_id")?,
        created_at: row.integer("created_at")?,
    })
}
