//! Ghost's Content API: what is published, as JSON, for whoever has a key.
//!
//! `/ghost/api/content/posts/`, `pages/`, `tags/`, `authors/`, each also with `/{id}/` and
//! `/slug/{slug}/` behind it, and `settings/`, with the parameters `key`, `filter`, `include`,
//! `fields`, `formats`, `page`, `limit` and `order`. What Ghost has and this blog has not, such as
//! tiers and newsletters, is not there.

mod error;
mod filter;
mod nql;
mod order;
mod query;
mod resource;
mod schema;
mod shape;

use axum::Router;
use axum::extract::{Path, RawQuery, Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, CACHE_CONTROL,
};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Json};
use serde_json::Value;

use crate::Blog;
use crate::web::Origin;
use error::Error;
use query::Query;
use resource::{Asked, Resource};

/// The API's routes, with and without the slash at the end: clients have both.
pub(crate) fn routes() -> Router<Blog> {
    let mut router = Router::new();
    for slash in ["", "/"] {
        let path = |rest: &str| format!("/ghost/api/content/{rest}{slash}");
        router = router
            .route(&path("settings"), get(settings))
            .route(&path("{resource}"), get(browse))
            .route(&path("{resource}/{id}"), get(by_id))
            .route(&path("{resource}/slug/{slug}"), get(by_slug));
    }
    router.layer(from_fn(for_browsers))
}

type Answer = Result<Json<Value>, Error>;

async fn settings(
    State(blog): State<Blog>,
    Extension(origin): Extension<Origin>,
    RawQuery(query): RawQuery,
) -> Answer {
    let query = Query::read(query.as_deref())?;
    authorize(&blog, &query).await?;
    let site = blog.store().site().await?;
    Ok(Json(shape::settings(&site.settings, &origin)))
}

async fn browse(
    State(blog): State<Blog>,
    Extension(origin): Extension<Origin>,
    Path(resource): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    let resource = Resource::named(&resource)?;
    let query = Query::read(query.as_deref())?;
    authorize(&blog, &query).await?;
    Ok(Json(Asked { blog: &blog, origin: &origin, query: &query }.many(resource).await?))
}

async fn by_id(
    State(blog): State<Blog>,
    Extension(origin): Extension<Origin>,
    Path((resource, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Answer {
    one(&blog, &origin, &resource, query, "id", &id).await
}

async fn by_slug(
    State(blog): State<Blog>,
    Extension(origin): Extension<Origin>,
    Path((resource, slug)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Answer {
    one(&blog, &origin, &resource, query, "slug", &slug).await
}

async fn one(
    blog: &Blog,
    origin: &Origin,
    resource: &str,
    query: Option<String>,
    field: &'static str,
    value: &str,
) -> Answer {
    let resource = Resource::named(resource)?;
    let query = Query::read(query.as_deref())?;
    authorize(blog, &query).await?;
    Ok(Json(Asked { blog, origin, query: &query }.one(resource, field, value).await?))
}

async fn authorize(blog: &Blog, query: &Query) -> Result<(), Error> {
    let Some(key) = &query.key else { return Err(Error::NoKey) };
    let is_key = key.len() == 26 && key.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_key || blog.store().api_key(key).await?.is_none() {
        return Err(Error::UnknownKey);
    }
    Ok(())
}

/// Pages of other sites may read it: what it tells, everybody may know.
async fn for_browsers(request: Request, next: Next) -> Response {
    let mut response = if request.method() == Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, OPTIONS"),
        (ACCESS_CONTROL_ALLOW_HEADERS, "accept-version, content-type"),
        (ACCESS_CONTROL_MAX_AGE, "86400"),
        (CACHE_CONTROL, "public, max-age=0"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
