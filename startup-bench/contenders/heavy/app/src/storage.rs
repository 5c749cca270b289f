//! Files on S3.

use aws_config::SdkConfig;
use aws_sdk_s3::Client;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::settings::Settings;

/// The SDK's configuration from the environment, with its default chains.
pub async fn configuration() -> SdkConfig {
    aws_config::load_from_env().await
}

/// The app's bucket.
pub struct Bucket {
    client: Client,
    name: String,
    catalog_key: String,
}

/// What is for sale.
#[derive(Deserialize, Serialize)]
pub struct Catalog {
    /// In the order of the file.
    pub items: Vec<Item>,
}

/// One thing for sale.
#[derive(Deserialize, Serialize)]
pub struct Item {
    /// Its name.
    pub name: String,
    /// Its price.
    pub price_cents: u32,
}

impl Bucket {
    /// A client for it, which does not connect yet.
    pub fn new(configuration: &SdkConfig, settings: &Settings) -> Self {
        Self {
            client: Client::new(configuration),
            name: settings.bucket.clone(),
            catalog_key: settings.catalog_key.clone(),
        }
    }

    /// Reads the catalog.
    ///
    /// # Errors
    /// If it can't be read.
    pub async fn catalog(&self) -> Result<Catalog, Error> {
        Ok(serde_json::from_slice(&self.file(&self.catalog_key).await?)?)
    }

    /// Reads a file.
    ///
    /// # Errors
    /// If it can't be read.
    pub async fn file(&self, key: &str) -> Result<Vec<u8>, Error> {
        let answer = self.client.get_object().bucket(&self.name).key(key).send().await?;
        Ok(answer.body.collect().await?.to_vec())
    }
}
