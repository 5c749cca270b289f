//! Saving, publishing, and what happens if two do so at once.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::context;
use serde::Serialize;
use tokio::task::spawn_blocking;

use super::editor::Editor;
use super::form::{Form, invalid, kind_of};
use super::{Answer, Error, Page, draft_of, editable, section};
use crate::admin::diff;
use crate::admin::{Fields, see};
use crate::auth::Action;
use crate::model::{Draft, Millis, Post, now};
use crate::store::{self, Saved, When};
use crate::text;
use crate::theme::view;

pub(super) async fn create(page: Page, fields: Fields) -> Answer {
    page.require(Action::Create(kind_of(&fields)))?;
    let form = Form::read(&page, &fields, None);
    let saved = match form.check(&page, None) {
        Ok(when) => made(&page, &form.draft).await.map(|saved| (saved, when)),
        Err(error) => Err(error),
    };
    match saved {
        Ok((saved, when)) => published(&page, saved, when, None).await,
        Err(error) => {
            let problem = invalid(error)?;
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Editor::again(None, form, problem).show(&page, status).await
        }
    }
}

pub(super) async fn save(page: Page, Path(id): Path<String>, fields: Fields) -> Answer {
    let before = editable(&page, &id).await?;
    let form = Form::read(&page, &fields, Some(&before));
    let saved = match form.check(&page, Some(&before)) {
        Ok(when) => written(&page, &id, &form, false).await.map(|saved| (saved, when)),
        Err(error) => Err(error),
    };
    match saved {
        Ok((saved, when)) => published(&page, saved, when, Some(&before)).await,
        Err(store::Error::Conflict) => conflict(&page, &id, form).await,
        Err(error) => {
            let problem = invalid(error)?;
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Editor::again(Some(&before), form, problem).show(&page, status).await
        }
    }
}

/// Makes a draft, its HTML off the threads that answer requests.
pub(super) async fn made(page: &Page, draft: &Draft) -> store::Result<Saved> {
    let html = rendered(draft).await?;
    page.store().create_post(draft, Some(html)).await
}

/// Saves a post, its HTML made likewise.
pub(super) async fn written(
    page: &Page,
    id: &str,
    form: &Form,
    by_timer: bool,
) -> store::Result<Saved> {
    let html = Some(rendered(&form.draft).await?);
    let editor = Some(page.user.id.as_str());
    if by_timer {
        page.store().autosave_post(id, form.version, &form.draft, html, editor).await
    } else {
        page.store().save_post(id, form.version, &form.draft, html, editor).await
    }
}

/// The HTML of a draft.
pub(super) async fn rendered(draft: &Draft) -> store::Result<String> {
    let (format, source) = (draft.format, draft.source.clone());
    let html = spawn_blocking(move || text::rendered(format, &source)).await;
    html.map_err(|_| store::Error::Invalid("the text could not be rendered".to_owned()))
}

/// Publishes what was saved, if that was wished, and leads back to the editor.
async fn published(
    page: &Page,
    saved: Saved,
    when: Option<When>,
    before: Option<&Post>,
) -> Result<Response, Error> {
    let done = match when {
        None => "saved",
        Some(When::Never) => "unpublished",
        Some(When::At(at)) if at > now() => "scheduled",
        Some(_) if before.is_some_and(|post| post.published_at.is_some()) => "saved",
        Some(_) => "published",
    };
    if let Some(when) = when {
        page.store().publish(&saved.id, saved.version, when).await?;
    }
    Ok(see(&format!("/admin/posts/{}?done={done}", saved.id)))
}

/// Somebody else was quicker: both texts are shown, and the author decides. Nothing is lost: what
/// was sent stands in the form, and what it may replace is kept as a former text.
async fn conflict(page: &Page, id: &str, form: Form) -> Answer {
    let theirs = editable(page, id).await?;
    let (old, new) = (draft_of(&theirs), form.draft.clone());
    let lines = diff::lines(old.source.clone(), new.source.clone()).await.ok_or(Error::Task)?;
    let context = context! {
        theirs => view(Theirs::new(&theirs, &old)),
        title_differs => old.title != new.title,
        lines => view(lines),
        post => view(Editor::new(Some(&theirs), new, form.publish_at)),
        timezone => page.settings.timezone.clone(),
    };
    let section = section(theirs.kind);
    page.render_as(StatusCode::CONFLICT, section, "admin/conflict.html", context)
}

/// What somebody else has saved.
#[derive(Debug, Serialize)]
struct Theirs {
    title: String,
    source: String,
    updated_at: Millis,
}

impl Theirs {
    fn new(post: &Post, draft: &Draft) -> Self {
        Self {
            title: draft.title.clone(),
            source: draft.source.clone(),
            updated_at: post.updated_at,
        }
    }
}
