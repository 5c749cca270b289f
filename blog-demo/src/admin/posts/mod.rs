//! Posts and pages: lists, the editor, former texts.

mod autosave;
mod delete;
mod editor;
mod form;
mod list;
mod preview;
mod revisions;
mod save;

use axum::Router;
use axum::routing::{get, post};

use super::{Answer, Error, Page};
use crate::Blog;
use crate::auth::Action;
use crate::model::{Draft, Format, Kind, Post, now};

pub(super) fn routes() -> Router<Blog> {
    Router::new()
        .route("/admin/posts", get(list::list).post(save::create))
        .route("/admin/posts/new", get(editor::new))
        .route("/admin/posts/autosave", post(autosave::create))
        .route("/admin/posts/{id}", get(editor::edit).post(save::save))
        .route("/admin/posts/{id}/autosave", post(autosave::save))
        .route("/admin/posts/{id}/discard", post(autosave::discard))
        .route("/admin/posts/{id}/delete", get(delete::ask).post(delete::delete))
        .route("/admin/posts/{id}/revisions", get(revisions::list))
        .route("/admin/posts/{id}/revisions/{revision}", get(revisions::compare))
        .route("/admin/preview", post(preview::preview))
}

/// The post of an id, if the user may change it.
///
/// # Errors
/// [`Error::NotFound`] if there is none, [`Error::Forbidden`] if it is somebody else's.
async fn editable(page: &Page, id: &str) -> Result<Post, Error> {
    let post = page.store().post(id, now()).await?.ok_or(Error::NotFound)?;
    page.require(Action::Edit(&post))?;
    Ok(post)
}

/// What an editor begins with. Ghost's own formats are edited as the HTML that was made of them.
fn draft_of(post: &Post) -> Draft {
    let draft = Draft::from(post);
    match post.format {
        Format::Markdown | Format::Html => draft,
        Format::Lexical | Format::Mobiledoc => {
            Draft { format: Format::Html, source: post.html.clone(), ..draft }
        }
    }
}

/// The section of the navigation.
fn section(kind: Kind) -> &'static str {
    match kind {
        Kind::Post => "posts",
        Kind::Page => "pages",
    }
}
