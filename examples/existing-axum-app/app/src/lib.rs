//! The summit book: what hikers find in a tin box on top of a mountain, as a small web app.
//!
//! It has what many web apps have: pages, a form, cookies, a JSON API, static files with an
//! `ETag`, an image that is made on request, and it asks for its visitors' address.
//!
//! | file | |
//! |---|---|
//! | `lib.rs` | the routes |
//! | `book.rs` | the entries |
//! | `pages.rs`, `html.rs` | the pages, and what they are made of |
//! | `packing.rs` | the packing list: a JSON API |
//! | `assets.rs` | static files |
//! | `cairn.rs` | a picture for each hiker |

mod assets;
mod book;
mod cairn;
mod cookies;
mod html;
mod packing;
mod pages;

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_SECURITY_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{get, patch, post};

use book::Book;
use packing::PackingList;

/// The app, with a book that a few hikers have already found.
pub fn router() -> Router {
    let pages = Router::new()
        .route("/", get(pages::home))
        .route("/entries", post(pages::sign))
        .route("/book", get(pages::book))
        .route("/packing", get(pages::packing))
        .route("/you", get(pages::you))
        .route("/api/entries", get(pages::entries))
        .with_state(Book::found());
    let packing = Router::new()
        .route("/api/packing", get(packing::list).post(packing::add))
        .route("/api/packing/{id}", patch(packing::check).delete(packing::remove))
        .with_state(PackingList::usual());
    Router::new()
        .merge(pages)
        .merge(packing)
        .route("/cairns/{name}", get(cairn::image))
        .route("/assets/{name}", get(assets::file))
        .fallback(pages::not_found)
        .layer(map_response(secure))
}

/// Nothing is loaded from elsewhere, nothing is guessed.
async fn secure(mut response: Response) -> Response {
    let policy = "default-src 'self'; style-src 'unsafe-inline'";
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
