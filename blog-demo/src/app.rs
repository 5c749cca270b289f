//! The app: its state and its routes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::routing::get;

use crate::config::Config;
use crate::media::{self, Media};
use crate::store::Store;
use crate::theme::Theme;
use crate::web::{Error, Pages, error, headers, origin, target};
use crate::{admin, ghost, reader};

/// A blog: everything that its handlers share.
#[derive(Clone, Debug)]
pub struct Blog {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    store: Store,
    theme: Theme,
    media: Media,
    pages: Pages,
    config: Config,
    /// Posts on a page, as the settings said when they were read last.
    page_size: AtomicU32,
}

impl Blog {
    /// A blog with this data. Nothing is read yet.
    #[must_use]
    pub fn new(store: Store, config: Config) -> Self {
        let theme = match &config.theme {
            Some(directory) => Theme::with_directory(directory),
            None => Theme::embedded(),
        };
        Self {
            inner: Arc::new(Inner {
                store,
                theme,
                media: Media::new(config.images.clone()),
                pages: Pages::default(),
                config,
                page_size: AtomicU32::new(10),
            }),
        }
    }

    /// The app. Its services are ordinary ones: any server can run it.
    pub fn router(self) -> Router {
        Router::new()
            .merge(reader::routes())
            .merge(admin::routes(&self))
            .merge(ghost::content::routes())
            .route("/images/{*path}", get(media::image))
            .fallback(async || Error::NotFound)
            .layer(from_fn(target::checked))
            .layer(from_fn_with_state(self.clone(), error::themed))
            .layer(from_fn_with_state(self.clone(), origin::find))
            .layer(map_response(headers::secure))
            .with_state(self)
    }

    /// The data.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// The images.
    #[must_use]
    pub fn media(&self) -> &Media {
        &self.inner.media
    }

    /// How it looks.
    #[must_use]
    pub fn theme(&self) -> &Theme {
        &self.inner.theme
    }

    pub(crate) fn pages(&self) -> &Pages {
        &self.inner.pages
    }

    pub(crate) fn page_size(&self) -> u32 {
        self.inner.page_size.load(Ordering::Relaxed)
    }

    /// Whether it was another one before.
    pub(crate) fn set_page_size(&self, size: u32) -> bool {
        let size = size.clamp(1, 100);
        self.inner.page_size.swap(size, Ordering::Relaxed) != size
    }

    pub(crate) fn config(&self) -> &Config {
        &self.inner.config
    }
}
