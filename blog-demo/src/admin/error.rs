//! Errors as authors see them: none loses a text.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use minijinja::context;
use serde_json::json;

use super::shell::Shell;
use crate::Blog;
use crate::web::error::chain;
use crate::{store, theme};

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// There is no such thing, or it is none of the user's business.
    #[error("not found")]
    NotFound,
    /// The role does not allow it.
    #[error("your role does not allow this")]
    Forbidden,
    /// The session has ended, or was another's; with the text that was sent.
    #[error("you are not logged in any more")]
    LoggedOut(Option<String>),
    /// The request carries no token of the session; with the text that was sent.
    #[error("the form is too old, or of another session")]
    Stale(Option<String>),
    /// Another site has sent the request.
    #[error("the request does not come from a page of this blog")]
    Forged,
    /// The body is no form.
    #[error("the request is no form that this page knows")]
    NotAForm,
    /// The body is too large.
    #[error("this is more than the blog takes at once")]
    TooLarge,
    /// The data can't be had or taken.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The theme is broken.
    #[error(transparent)]
    Theme(#[from] theme::Error),
    /// A task of the program itself failed.
    #[error("a task has failed")]
    Task,
}

impl Error {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::Store(store::Error::Missing(_)) => StatusCode::NOT_FOUND,
            Self::Forbidden | Self::Stale(_) | Self::Forged => StatusCode::FORBIDDEN,
            Self::LoggedOut(_) => StatusCode::UNAUTHORIZED,
            Self::NotAForm => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Store(store::Error::Conflict) => StatusCode::CONFLICT,
            Self::Store(store::Error::Invalid(_)) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Store(_) | Self::Theme(_) | Self::Task => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What is the matter and what to do next, without anything of the inside.
    fn told(self) -> Told {
        let (title, text, kept) = match self {
            Self::NotFound | Self::Store(store::Error::Missing(_)) => {
                ("Nothing here", "It may have been deleted, or moved.".to_owned(), None)
            }
            Self::Forbidden => {
                ("Not allowed", "Your role does not allow this. Ask an owner.".to_owned(), None)
            }
            Self::LoggedOut(kept) => (
                "You are not logged in any more",
                "Log in and try again. Nothing was saved.".to_owned(),
                kept,
            ),
            Self::Stale(kept) => (
                "This form is of an earlier session",
                "Open the page again and repeat what you did. Nothing was saved.".to_owned(),
                kept,
            ),
            Self::Forged => (
                "Refused",
                "The request did not come from a page of this blog. If it did, check that you use \
                 the blog's own address."
                    .to_owned(),
                None,
            ),
            Self::NotAForm => {
                ("Refused", "This page does not know what was sent.".to_owned(), None)
            }
            Self::TooLarge => (
                "Too large",
                "This is more than the blog takes at once. Make two posts of it.".to_owned(),
                None,
            ),
            Self::Store(store::Error::Conflict) => (
                "Saved by somebody else",
                "Somebody else has changed this meanwhile. Open it again.".to_owned(),
                None,
            ),
            Self::Store(store::Error::Invalid(why)) => ("That did not work", sentence(&why), None),
            Self::Store(_) | Self::Theme(_) | Self::Task => (
                "Something went wrong",
                "Nothing was changed. Please try again in a moment.".to_owned(),
                None,
            ),
        };
        Told { title, text, kept }
    }
}

/// A reason as a sentence.
pub(super) fn sentence(why: &str) -> String {
    let mut letters = why.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// What someone is told of an error.
#[derive(Clone, Debug)]
struct Told {
    title: &'static str,
    text: String,
    /// What they had written.
    kept: Option<String>,
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = self.status();
        if status.is_server_error() {
            // For whoever runs the blog.
            eprintln!("error: {}", chain(&self));
        }
        let told = self.told();
        let mut response = (status, told.text.clone()).into_response();
        response.extensions_mut().insert(told);
        response
    }
}

/// Gives errors a page, or the scripts of pages an answer that they can read.
pub(super) async fn shown(State(blog): State<Blog>, request: Request, next: Next) -> Response {
    let is_script = wants_json(request.headers());
    let mut response = next.run(request).await;
    let Some(told) = response.extensions_mut().remove::<Told>() else { return response };
    let (parts, _) = response.into_parts();
    let body = if is_script {
        Json(json!({"error": told.text})).into_response()
    } else {
        match page(&blog, parts.status, &told).await {
            Ok(html) => Html(html).into_response(),
            Err(_) => told.text.into_response(),
        }
    };
    let mut answer = (parts.status, body).into_response();
    for (name, value) in &parts.headers {
        if !answer.headers().contains_key(name) {
            answer.headers_mut().append(name, value.clone());
        }
    }
    answer
}

async fn page(blog: &Blog, status: StatusCode, told: &Told) -> Result<String, Error> {
    let context = context! {
        shell => Shell::outside(&blog.store().site().await?.settings, "").view(),
        status => status.as_u16(),
        title => told.title,
        text => &told.text,
        kept => told.kept.as_deref().unwrap_or_default(),
        is_logged_out => status == StatusCode::UNAUTHORIZED,
    };
    Ok(blog.theme().render("admin/error.html", context)?)
}

/// Whether a script has asked.
pub(super) fn wants_json(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"application/json"))
}
