//! A post or a page.

use axum::extract::{Extension, Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use minijinja::context;

use crate::Blog;
use crate::model::{Kind, Post, now};
use crate::theme::view;
use crate::view::{Meta, PostView, SiteView};
use crate::web::{Error, Made, Origin};

/// So many related posts are shown.
const RELATED: i64 = 3;

pub(super) async fn post(
    State(blog): State<Blog>,
    Extension(origin): Extension<Origin>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let target = format!("/{slug}/");
    let make = async || make(&blog, &origin, &slug).await;
    match blog.pages().serve(&blog, &origin, &target, &headers, make).await {
        Err(Error::NotFound) => match blog.store().moved_to(&slug, now()).await? {
            Some(new) => Ok(Redirect::permanent(&format!("/{new}/")).into_response()),
            None => Err(Error::NotFound),
        },
        answer => answer,
    }
}

async fn make(blog: &Blog, origin: &Origin, slug: &str) -> Result<Made, Error> {
    let page = blog.store().published_by_slug(slug, now()).await?;
    let post = page.post.ok_or(Error::NotFound)?;
    let related = related(blog, &post).await?;
    let settings = &page.site.settings;
    let context = context! {
        site => view(SiteView::new(settings)),
        meta => view(Meta::of_post(origin, settings, &post)),
        post => view(PostView::from(&post)),
        related => view(PostView::all(&related)),
    };
    Ok(Made {
        body: blog.theme().render("post.html", context)?,
        content_type: "text/html; charset=utf-8",
        next_at: page.next_at,
        published_at: post.published_at,
        site: page.site,
    })
}

async fn related(blog: &Blog, post: &Post) -> Result<Vec<Post>, Error> {
    if post.kind == Kind::Page || post.tags.is_empty() {
        return Ok(Vec::new());
    }
    Ok(blog.store().related(&post.id, now(), RELATED).await?)
}
