//! What the editor saves by itself: a draft as it is; of a post that readers see, the text aside.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::form::{Form, kind_of};
use super::save::{made, written};
use super::{Answer, Error, Page, editable};
use crate::admin::{Fields, see};
use crate::auth::Action;
use crate::model::{Post, Status, now};
use crate::store::{self, Saved};

pub(super) async fn create(page: Page, fields: Fields) -> Answer {
    page.require(Action::Create(kind_of(&fields)))?;
    let form = Form::read(&page, &fields, None);
    form.check(&page, None)?;
    let saved = made(&page, &form.draft).await?;
    Ok((StatusCode::CREATED, told(&saved)).into_response())
}

pub(super) async fn save(page: Page, Path(id): Path<String>, fields: Fields) -> Answer {
    let before = editable(&page, &id).await?;
    let form = Form::read(&page, &fields, Some(&before));
    if before.status != Status::Draft {
        return set_aside(&page, &before, &form).await;
    }
    form.check(&page, Some(&before))?;
    let saved = match written(&page, &id, &form, true).await {
        // What was typed is not lost by it.
        Err(store::Error::Conflict) => {
            page.store().set_aside(&id, &page.user.id, &form.draft).await?;
            return Err(store::Error::Conflict.into());
        }
        saved => saved?,
    };
    Ok(told(&saved))
}

async fn set_aside(page: &Page, before: &Post, form: &Form) -> Answer {
    page.store().set_aside(&before.id, &page.user.id, &form.draft).await?;
    let answer = json!({
        "id": before.id,
        "slug": before.slug,
        "version": form.version,
        "is_aside": true,
        "saved_at": now(),
    });
    Ok(Json(answer).into_response())
}

pub(super) async fn discard(page: Page, Path(id): Path<String>) -> Result<Response, Error> {
    let post = editable(&page, &id).await?;
    page.store().forget_aside(&post.id, &page.user.id).await?;
    Ok(see(&format!("/admin/posts/{}?done=discarded", post.id)))
}

fn told(saved: &Saved) -> Response {
    let answer = json!({
        "id": saved.id,
        "slug": saved.slug,
        "version": saved.version,
        "is_aside": false,
        "saved_at": now(),
    });
    Json(answer).into_response()
}
