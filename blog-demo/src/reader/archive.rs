//! All posts by year.

use axum::extract::{Extension, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::tz::TimeZone;
use minijinja::context;
use serde::Serialize;

use super::lists::newest;
use crate::Blog;
use crate::model::{Millis, Post, now};
use crate::store::Filter;
use crate::theme::view;
use crate::view::{Meta, PostView, SiteView};
use crate::web::{Error, Made, Origin};

/// So many posts are listed.
const MOST: i64 = 10_000;

#[derive(Serialize)]
struct Year {
    year: i16,
    posts: Vec<PostView>,
}

pub(super) async fn archive(
    State(blog): State<Blog>,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let make = async || make(&blog, &origin).await;
    blog.pages().serve(&blog, &origin, "/archive/", &headers, make).await
}

async fn make(blog: &Blog, origin: &Origin) -> Result<Made, Error> {
    let page = blog.store().published(&Filter::All, now(), MOST, 0).await?;
    let settings = &page.site.settings;
    let context = context! {
        site => view(SiteView::new(settings)),
        meta => view(Meta::of_page(origin, settings, "/archive/", "Archive")),
        years => view(years(&page.posts, &settings.timezone)),
        total => page.total,
    };
    Ok(Made {
        body: blog.theme().render("archive.html", context)?,
        content_type: "text/html; charset=utf-8",
        published_at: newest(&page.posts),
        next_at: page.next_at,
        site: page.site,
    })
}

/// The posts, which come newest first, by the year that it was where the blog is at home.
fn years(posts: &[Post], zone: &str) -> Vec<Year> {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let mut years: Vec<Year> = Vec::new();
    for post in posts {
        let year = year(post.published_at.unwrap_or(0), &zone);
        match years.last_mut() {
            Some(last) if last.year == year => last.posts.push(PostView::from(post)),
            _ => years.push(Year { year, posts: vec![PostView::from(post)] }),
        }
    }
    years
}

fn year(at: Millis, zone: &TimeZone) -> i16 {
    jiff::Timestamp::from_millisecond(at).map_or(1970, |time| time.to_zoned(zone.clone()).year())
}
