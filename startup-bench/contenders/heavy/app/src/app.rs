use std::pin::Pin;
use std::sync::Arc;

use crate::Error;
use crate::code::Highlighter;
use crate::covers::Covers;
use crate::database::Site;
use crate::keys::Keys;
use crate::patterns::Patterns;
use crate::pool::Pool;
use crate::settings::Settings;
use crate::storage::{Bucket, Catalog};
use crate::templates::Templates;

/// What the handlers share.
pub struct App {
    /// As they were read at the start.
    pub settings: Settings,
    /// What texts are checked by.
    pub patterns: Part<Patterns>,
    /// The pages.
    pub templates: Part<Templates>,
    /// Makes code colourful.
    pub highlighter: Part<Highlighter>,
    /// The cover in its sizes.
    pub covers: Part<Covers>,
    /// Files on S3.
    pub bucket: Part<Bucket>,
    /// The file that is read at the start.
    pub catalog: Part<Catalog>,
    /// Who may sign tokens.
    pub keys: Part<Keys>,
    /// Connections.
    pub pool: Part<Pool>,
    /// What is read from the database at the start.
    pub site: Part<Site>,
}

/// A part of the app: there already, or to be asked for.
pub struct Part<T>(State<T>);

type Future<T> = Pin<Box<dyn std::future::Future<Output = Result<T, Error>> + Send>>;

enum State<T> {
    Ready(Arc<T>),
    Asked(Box<dyn Fn() -> Future<Arc<T>> + Send + Sync>),
}

impl<T> Part<T> {
    /// A part that was made before the first request.
    pub fn ready(value: T) -> Self {
        Self(State::Ready(Arc::new(value)))
    }

    /// A part that `ask` hands out, which is called for every use: it keeps what it makes.
    pub fn asked<F>(ask: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: std::future::Future<Output = Result<Arc<T>, Error>> + Send + 'static,
    {
        Self(State::Asked(Box::new(move || Box::pin(ask()))))
    }

    /// The part.
    ///
    /// # Errors
    /// If it had to be made and could not be.
    pub async fn get(&self) -> Result<Arc<T>, Error> {
        match &self.0 {
            State::Ready(value) => Ok(value.clone()),
            State::Asked(ask) => ask().await,
        }
    }
}
