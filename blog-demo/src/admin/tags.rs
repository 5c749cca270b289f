//! Tags.

use axum::extract::Path;
use axum::http::StatusCode;
use minijinja::context;
use serde::Serialize;

use super::error::sentence;
use super::fields::at_most;
use super::{Answer, Error, Fields, Page, see};
use crate::auth::Action;
use crate::model::{Tag, now};
use crate::store;
use crate::theme::view;

pub(super) async fn list(page: Page) -> Answer {
    page.require(Action::EditTags)?;
    let tags = page.store().tags(now()).await?;
    let tags: Vec<_> =
        tags.iter().map(|counted| TagView::new(&counted.tag, counted.posts)).collect();
    page.render("tags", "admin/tags.html", context! { tags => view(tags) })
}

pub(super) async fn form(page: Page, Path(id): Path<String>) -> Answer {
    page.require(Action::EditTags)?;
    let (tag, posts) = find(&page, &id).await?;
    shown(&page, StatusCode::OK, &tag, posts, "").await
}

pub(super) async fn save(page: Page, Path(id): Path<String>, fields: Fields) -> Answer {
    page.require(Action::EditTags)?;
    let (tag, posts) = find(&page, &id).await?;
    let changed = Tag {
        name: fields.line("name"),
        slug: fields.line("slug"),
        description: fields.line("description"),
        image: fields.line("image"),
        meta_title: fields.line("meta_title"),
        meta_description: fields.line("meta_description"),
        ..tag
    };
    let saved = match check(&changed) {
        Ok(()) => page.store().save_tag(&changed).await.map(drop),
        Err(error) => Err(error),
    };
    match saved {
        Ok(()) => Ok(see(&format!("/admin/tags/{id}?done=saved"))),
        Err(store::Error::Invalid(why)) => {
            shown(&page, StatusCode::UNPROCESSABLE_ENTITY, &changed, posts, &sentence(&why)).await
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn delete(page: Page, Path(id): Path<String>) -> Answer {
    page.require(Action::EditTags)?;
    page.store().delete_tag(&id).await?;
    Ok(see("/admin/tags?done=deleted"))
}

fn check(tag: &Tag) -> store::Result<()> {
    at_most(191, "the name", &tag.name)?;
    at_most(500, "the description", &tag.description)?;
    at_most(2000, "the image's address", &tag.image)?;
    at_most(300, "the title for search engines", &tag.meta_title)?;
    at_most(500, "the description for search engines", &tag.meta_description)
}

async fn find(page: &Page, id: &str) -> Result<(Tag, i64), Error> {
    let tags = page.store().tags(now()).await?;
    let found = tags.into_iter().find(|counted| counted.tag.id == id).ok_or(Error::NotFound)?;
    Ok((found.tag, found.posts))
}

async fn shown(page: &Page, status: StatusCode, tag: &Tag, posts: i64, problem: &str) -> Answer {
    let context = context! { tag => view(TagView::new(tag, posts)), problem };
    page.render_with_pictures(status, "tags", "admin/tag.html", context).await
}

#[derive(Debug, Serialize)]
struct TagView {
    id: String,
    name: String,
    slug: String,
    description: String,
    image: String,
    meta_title: String,
    meta_description: String,
    is_internal: bool,
    posts: i64,
}

impl TagView {
    fn new(tag: &Tag, posts: i64) -> Self {
        Self {
            id: tag.id.clone(),
            name: tag.name.clone(),
            slug: tag.slug.clone(),
            description: tag.description.clone(),
            image: tag.image.clone(),
            meta_title: tag.meta_title.clone(),
            meta_description: tag.meta_description.clone(),
            is_internal: tag.is_internal,
            posts,
        }
    }
}
