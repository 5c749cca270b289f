//! Full-text search.

use axum::extract::{Extension, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::context;
use serde::Deserialize;

use crate::Blog;
use crate::model::now;
use crate::theme::view;
use crate::view::{Meta, PostView, SiteView};
use crate::web::{Error, Made, Origin};

/// So many are shown.
const MOST: i64 = 50;
/// What is longer is no question.
const LONGEST: usize = 200;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
}

pub(super) async fn search(
    State(blog): State<Blog>,
    Extension(origin): Extension<Origin>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let query: String = asked.q.trim().chars().take(LONGEST).collect();
    let make = async || make(&blog, &origin, &query).await;
    blog.pages().serve(&blog, &origin, &format!("/search/?q={query}"), &headers, make).await
}

async fn make(blog: &Blog, origin: &Origin, query: &str) -> Result<Made, Error> {
    let site = blog.store().site().await?;
    let posts = blog.store().search(query, now(), MOST).await?;
    let context = context! {
        site => view(SiteView::new(&site.settings)),
        meta => view(Meta::of_page(origin, &site.settings, "/search/", "Search").hidden()),
        query,
        posts => view(PostView::all(&posts)),
    };
    Ok(Made {
        body: blog.theme().render("search.html", context)?,
        content_type: "text/html; charset=utf-8",
        published_at: None,
        next_at: None,
        site,
    })
}
