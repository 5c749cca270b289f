//! Errors as readers see them.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use minijinja::context;

use crate::Blog;
use crate::theme::view;
use crate::view::SiteView;
use crate::{media, store, theme};

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// There is no such page.
    #[error("not found")]
    NotFound,
    /// The data can't be had.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// An image can't be had.
    #[error(transparent)]
    Media(#[from] media::Error),
    /// The theme is broken.
    #[error(transparent)]
    Theme(#[from] theme::Error),
}

impl Error {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::Store(store::Error::Missing(_)) => StatusCode::NOT_FOUND,
            Self::Store(store::Error::Conflict) => StatusCode::CONFLICT,
            Self::Store(store::Error::Invalid(_)) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Store(_) | Self::Media(_) | Self::Theme(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// The page of last resort: no template and no data is needed for it.
const PLAIN: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
    <title>Something went wrong</title><h1>Something went wrong</h1>\
    <p>The page could not be made. Please try again in a moment.</p></html>";

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = self.status();
        if status.is_server_error() {
            // For whoever runs the blog; readers are told nothing of the inside.
            eprintln!("error: {}", chain(&self));
        }
        let mut response = (status, Html(PLAIN)).into_response();
        response.extensions_mut().insert(Failed);
        response
    }
}

/// Marks a response that has no page of the theme yet.
#[derive(Clone, Copy, Debug)]
struct Failed;

/// Gives errors a page of the theme, as far as that can be had.
pub(crate) async fn themed(State(blog): State<Blog>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if response.extensions().get::<Failed>().is_none() {
        return response;
    }
    let status = response.status();
    let Ok(site) = blog.store().site().await else { return response };
    let context = context! {
        site => view(SiteView::new(&site.settings)),
        status => status.as_u16(),
        title => status.canonical_reason().unwrap_or("Error"),
    };
    match blog.theme().render("error.html", context) {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            eprintln!("error: {}", chain(&error));
            response
        }
    }
}

/// An error with its causes, in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
