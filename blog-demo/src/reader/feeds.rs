//! RSS 2.0 and Atom.

use axum::extract::{Extension, Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::context;

use super::lists::newest;
use crate::Blog;
use crate::model::now;
use crate::store::Filter;
use crate::theme::view;
use crate::view::{PostView, SiteView};
use crate::web::{Error, Made, Origin};

/// Posts in a feed, as in Ghost.
const POSTS: i64 = 15;

const RSS: (&str, &str) = ("rss.xml", "application/rss+xml; charset=utf-8");
const ATOM: (&str, &str) = ("atom.xml", "application/atom+xml; charset=utf-8");

type Answer = Result<Response, Error>;

pub(super) async fn rss(
    State(blog): State<Blog>,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
) -> Answer {
    feed(&blog, &origin, &headers, RSS, "/rss/", Filter::All).await
}

pub(super) async fn atom(
    State(blog): State<Blog>,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
) -> Answer {
    feed(&blog, &origin, &headers, ATOM, "/atom/", Filter::All).await
}

pub(super) async fn tag_rss(
    State(blog): State<Blog>,
    Extension(origin): Extension<Origin>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let path = format!("/tag/{slug}/rss/");
    feed(&blog, &origin, &headers, RSS, &path, Filter::Tag(slug)).await
}

pub(super) async fn author_rss(
    State(blog): State<Blog>,
    Extension(origin): Extension<Origin>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let path = format!("/author/{slug}/rss/");
    feed(&blog, &origin, &headers, RSS, &path, Filter::Author(slug)).await
}

async fn feed(
    blog: &Blog,
    origin: &Origin,
    headers: &HeaderMap,
    (template, content_type): (&str, &'static str),
    path: &str,
    filter: Filter,
) -> Answer {
    let make = async || {
        let page = blog.store().published_in_full(&filter, now(), POSTS).await?;
        if page.posts.is_empty() && filter != Filter::All {
            return Err(Error::NotFound);
        }
        let newest = newest(&page.posts);
        let context = context! {
            site => view(SiteView::new(&page.site.settings)),
            origin => &origin.0,
            path,
            updated_at => page.posts.iter().map(|post| post.updated_at).max().unwrap_or(0),
            posts => view(PostView::all(&page.posts)),
        };
        Ok(Made {
            body: blog.theme().render(template, context)?,
            content_type,
            published_at: newest,
            next_at: page.next_at,
            site: page.site,
        })
    };
    blog.pages().serve(blog, origin, path, headers, make).await
}
