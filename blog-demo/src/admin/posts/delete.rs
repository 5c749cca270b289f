//! Deleting a post, after a question.

use axum::extract::Path;
use minijinja::context;

use super::{Answer, Page, editable, section};
use crate::admin::see;
use crate::model::{Kind, Status};

pub(super) async fn ask(page: Page, Path(id): Path<String>) -> Answer {
    let post = editable(&page, &id).await?;
    let context = context! {
        id => &post.id,
        title => &post.title,
        kind => post.kind.as_str(),
        is_public => post.status == Status::Published,
    };
    page.render(section(post.kind), "admin/delete.html", context)
}

pub(super) async fn delete(page: Page, Path(id): Path<String>) -> Answer {
    let post = editable(&page, &id).await?;
    page.store().delete_post(&post.id).await?;
    Ok(see(match post.kind {
        Kind::Post => "/admin/posts?done=deleted",
        Kind::Page => "/admin/posts?kind=page&done=deleted",
    }))
}
