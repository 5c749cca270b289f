//! What readers see. None of it needs JavaScript or a session.

mod archive;
mod assets;
mod feeds;
mod lists;
mod post;
mod robots;
mod search;

use axum::Router;
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use crate::Blog;
use crate::web::Error;

pub(crate) fn routes() -> Router<Blog> {
    Router::new()
        .route("/", get(lists::home))
        .route("/page/{number}/", get(lists::home_page))
        .route("/tag/{slug}/", get(lists::tag))
        .route("/tag/{slug}/page/{number}/", get(lists::tag_page))
        .route("/author/{slug}/", get(lists::author))
        .route("/author/{slug}/page/{number}/", get(lists::author_page))
        .route("/archive/", get(archive::archive))
        .route("/search/", get(search::search))
        .route("/rss/", get(feeds::rss))
        .route("/atom/", get(feeds::atom))
        .route("/tag/{slug}/rss/", get(feeds::tag_rss))
        .route("/author/{slug}/rss/", get(feeds::author_rss))
        .route("/sitemap.xml", get(robots::sitemap))
        .route("/robots.txt", get(robots::robots))
        .route("/assets/{name}", get(assets::asset))
        .route("/accent/{name}", get(assets::accent))
        .route("/{slug}/", get(post::post))
        .route("/{slug}", get(with_slash))
        .route("/tag/{slug}", get(with_slash))
        .route("/author/{slug}", get(with_slash))
}

/// Pages have one address each, with a slash at the end.
async fn with_slash(uri: Uri) -> Response {
    // A path of two slashes would lead to another host.
    if uri.path().starts_with("//") || uri.path().starts_with("/\\") {
        return Error::NotFound.into_response();
    }
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    Redirect::permanent(&format!("{}/{query}", uri.path())).into_response()
}
