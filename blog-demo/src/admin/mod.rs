//! What authors see: everything under `/admin`.
//!
//! Each request passes a guard before a handler sees it: pages behind the log-in have a session
//! ([`guard::private`]), and whatever changes something was sent by a page of the blog itself.

mod diff;
mod entrance;
mod error;
mod fields;
mod guard;
mod images;
mod invitation;
mod notice;
mod page;
mod posts;
mod profile;
mod settings;
mod setup;
mod shell;
mod tags;
mod users;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use crate::Blog;
use error::Error;
use fields::Fields;
use page::Page;

/// What a handler makes.
type Answer = Result<Response, Error>;

pub(crate) fn routes(blog: &Blog) -> Router<Blog> {
    Router::new()
        .merge(public().layer(from_fn(guard::public)))
        .merge(private().layer(from_fn_with_state(blog.clone(), guard::private)))
        .layer(from_fn_with_state(blog.clone(), error::shown))
}

/// Before the log-in.
fn public() -> Router<Blog> {
    Router::new()
        .route("/admin/login", get(entrance::form).post(entrance::log_in))
        .route("/admin/setup", get(setup::form).post(setup::set_up))
        .route("/admin/invitation/{token}", get(invitation::form).post(invitation::accept))
}

/// Behind it.
fn private() -> Router<Blog> {
    Router::new()
        .route("/admin", get(home))
        .route("/admin/", get(home))
        .route("/admin/logout", post(entrance::log_out))
        .merge(posts::routes())
        .merge(images::routes())
        .route("/admin/tags", get(tags::list))
        .route("/admin/tags/{id}", get(tags::form).post(tags::save))
        .route("/admin/tags/{id}/delete", post(tags::delete))
        .route("/admin/users", get(users::list).post(users::create))
        .route("/admin/users/{id}", get(users::form).post(users::save))
        .route("/admin/users/{id}/invitation", post(users::invite))
        .route("/admin/profile", get(profile::form).post(profile::save))
        .route("/admin/profile/account", post(profile::save_account))
        .route("/admin/settings", get(settings::form).post(settings::save))
}

async fn home() -> Redirect {
    Redirect::to("/admin/posts")
}

/// Leads to another page after something was done: the browser can be reloaded there.
fn see(path: &str) -> Response {
    Redirect::to(path).into_response()
}
