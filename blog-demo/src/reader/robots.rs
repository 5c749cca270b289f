//! What search engines ask for first.

use axum::extract::{Extension, State};
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use minijinja::context;

use crate::Blog;
use crate::model::now;
use crate::theme::view;
use crate::web::{Error, Made, Origin};

pub(super) async fn sitemap(
    State(blog): State<Blog>,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let make = async || {
        let map = blog.store().sitemap(now()).await?;
        let context = context! { origin => &origin.0, entries => view(map.entries) };
        Ok(Made {
            body: blog.theme().render("sitemap.xml", context)?,
            content_type: "application/xml; charset=utf-8",
            published_at: None,
            next_at: map.next_at,
            site: map.site,
        })
    };
    blog.pages().serve(&blog, &origin, "/sitemap.xml", &headers, make).await
}

pub(super) async fn robots(Extension(origin): Extension<Origin>) -> Response {
    let text = format!(
        "User-agent: *\nDisallow: /admin/\nDisallow: /preview/\nDisallow: /search/\n\n\
         Sitemap: {}/sitemap.xml\n",
        origin.0
    );
    let headers =
        [(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "public, max-age=3600")];
    (headers, text).into_response()
}
