//! Lists of posts: home, by tag, by author.

use axum::extract::{Extension, Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use minijinja::context;
use serde::Serialize;

use crate::Blog;
use crate::model::{Post, now};
use crate::store::{Filter, Page};
use crate::theme::view;
use crate::view::{ImageView, Meta, PostView, SiteView};
use crate::web::{Error, Made, Origin};

type Answer = Result<Response, Error>;

pub(super) async fn home(
    State(blog): State<Blog>,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
) -> Answer {
    list(&blog, &origin, &headers, &List::new(Filter::All, 1)).await
}

pub(super) async fn home_page(
    State(blog): State<Blog>,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
    Path(number): Path<String>,
) -> Answer {
    numbered(&blog, &origin, &headers, Filter::All, &number).await
}

pub(super) async fn tag(
    State(blog): State<Blog>,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
    Path(slug): Path<String>,
) -> Answer {
    list(&blog, &origin, &headers, &List::new(Filter::Tag(slug), 1)).await
}

pub(super) async fn tag_page(
    State(blog): State<Blog>,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
    Path((slug, number)): Path<(String, String)>,
) -> Answer {
    numbered(&blog, &origin, &headers, Filter::Tag(slug), &number).await
}

pub(super) async fn author(
    State(blog): State<Blog>,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
    Path(slug): Path<String>,
) -> Answer {
    list(&blog, &origin, &headers, &List::new(Filter::Author(slug), 1)).await
}

pub(super) async fn author_page(
    State(blog): State<Blog>,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
    Path((slug, number)): Path<(String, String)>,
) -> Answer {
    numbered(&blog, &origin, &headers, Filter::Author(slug), &number).await
}

/// Which page of which list.
struct List {
    filter: Filter,
    number: i64,
}

/// Where one can turn to.
#[derive(Serialize)]
struct Turning {
    number: i64,
    last: i64,
    total: i64,
    newer: Option<String>,
    older: Option<String>,
}

/// The page of a number that stands in the address; the first one has an address without.
async fn numbered(
    blog: &Blog,
    origin: &Origin,
    headers: &HeaderMap,
    filter: Filter,
    number: &str,
) -> Answer {
    match number.parse::<i64>() {
        Ok(1) => Ok(Redirect::permanent(&List::new(filter, 1).path(1)).into_response()),
        Ok(number) if number > 1 => list(blog, origin, headers, &List::new(filter, number)).await,
        _ => Err(Error::NotFound),
    }
}

async fn list(blog: &Blog, origin: &Origin, headers: &HeaderMap, list: &List) -> Answer {
    let target = list.path(list.number);
    let make = async || list.make(blog, origin).await;
    blog.pages().serve(blog, origin, &target, headers, make).await
}

impl List {
    fn new(filter: Filter, number: i64) -> Self {
        Self { filter, number }
    }

    fn path(&self, number: i64) -> String {
        let base = match &self.filter {
            Filter::All => "/".to_owned(),
            Filter::Tag(slug) => format!("/tag/{slug}/"),
            Filter::Author(slug) => format!("/author/{slug}/"),
        };
        if number == 1 { base } else { format!("{base}page/{number}/") }
    }

    async fn make(&self, blog: &Blog, origin: &Origin) -> Result<Made, Error> {
        let page = self.read(blog).await?;
        let turning = self.turning(&page);
        if self.number > turning.last {
            return Err(Error::NotFound);
        }
        let settings = &page.site.settings;
        let head = self.head(blog).await?;
        let title = head.as_ref().map_or("", |head| head.title.as_str());
        let context = context! {
            site => view(SiteView::new(settings)),
            meta => view(Meta::of_page(origin, settings, &self.path(self.number), title)),
            head => view(head),
            posts => view(PostView::all(&page.posts)),
            turning => view(turning),
        };
        Ok(Made {
            body: blog.theme().render("list.html", context)?,
            content_type: "text/html; charset=utf-8",
            published_at: newest(&page.posts),
            next_at: page.next_at,
            site: page.site,
        })
    }

    /// One query as long as the size of a page is what it was when a page was read last; settings
    /// come with the posts.
    async fn read(&self, blog: &Blog) -> Result<Page, Error> {
        loop {
            let size = blog.page_size();
            let offset = i64::from(size).saturating_mul(self.number - 1);
            let page = blog.store().published(&self.filter, now(), size.into(), offset).await?;
            if !blog.set_page_size(page.site.settings.posts_per_page) {
                return Ok(page);
            }
        }
    }

    fn turning(&self, page: &Page) -> Turning {
        let size = i64::from(page.site.settings.posts_per_page.clamp(1, 100));
        let last = (page.total.saturating_add(size - 1) / size).max(1);
        let to = |number: i64| (1..=last).contains(&number).then(|| self.path(number));
        Turning {
            number: self.number,
            last,
            total: page.total,
            newer: to(self.number - 1),
            older: to(self.number.saturating_add(1)),
        }
    }

    /// What stands above the list.
    async fn head(&self, blog: &Blog) -> Result<Option<Head>, Error> {
        Ok(match &self.filter {
            Filter::All => None,
            Filter::Tag(slug) => {
                let tag = blog.store().tag(slug).await?.filter(|tag| !tag.is_internal);
                let tag = tag.ok_or(Error::NotFound)?;
                Some(Head {
                    kind: "tag",
                    cover: ImageView::new(&tag.image, "", ""),
                    title: tag.name,
                    text: tag.description,
                    website: String::new(),
                    location: String::new(),
                })
            }
            Filter::Author(slug) => {
                let user = blog.store().user_by_slug(slug).await?.ok_or(Error::NotFound)?;
                Some(Head {
                    kind: "author",
                    cover: ImageView::new(&user.image, "", ""),
                    title: user.name,
                    text: user.bio,
                    website: user.website,
                    location: user.location,
                })
            }
        })
    }
}

/// What stands above a list of a tag or an author.
#[derive(Serialize)]
struct Head {
    kind: &'static str,
    title: String,
    text: String,
    cover: Option<ImageView>,
    website: String,
    location: String,
}

/// When the newest of them appeared.
pub(super) fn newest(posts: &[Post]) -> Option<i64> {
    posts.iter().filter_map(|post| post.published_at).max()
}
