//! Settings: a file that is built in, and the environment.

use config::{Config, Environment, File, FileFormat};
use serde::Deserialize;

use crate::Error;

/// The settings.
#[derive(Clone, Deserialize)]
pub struct Settings {
    /// The site's name.
    pub title: String,
    /// How many records a page has.
    pub page_size: i64,
    /// What is logged, as `tracing_subscriber::EnvFilter` reads it.
    pub log: String,
    /// The S3 bucket.
    pub bucket: String,
    /// The file of the bucket that is read at the start.
    pub catalog_key: String,
    /// How long a request may take.
    pub request_timeout_s: u64,
    /// PostgreSQL.
    pub database_url: String,
    /// The identity provider's keys.
    pub jwks_url: String,
}

/// Reads them.
///
/// # Errors
/// If one is missing or is of another type.
pub fn load() -> Result<Settings, Error> {
    let shared = File::from_str(include_str!("../settings.toml"), FileFormat::Toml);
    let sources = Config::builder().add_source(shared).add_source(Environment::default());
    Ok(sources.build()?.try_deserialize()?)
}
