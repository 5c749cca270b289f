//! Who answers what.

mod data;
mod pages;
mod records;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::CorsLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use crate::App;

/// What is written down.
const KINDS: [&str; 8] =
    ["notes", "people", "places", "projects", "samples", "species", "surveys", "tasks"];

/// What a handler is given.
type Shared = axum::extract::State<Arc<App>>;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// All routes with their layers.
pub fn router(app: App) -> Router {
    let time = request_timeout(&app);
    layered(routes(), time).with_state(Arc::new(app))
}

/// The same, with the layers around them all: [`Router::layer`] puts each around each route, which is
/// 480 boxes to make and as many to drop.
pub fn router_in_one_piece(app: App) -> Router {
    let time = request_timeout(&app);
    layered(Router::new().fallback_service(routes().with_state(Arc::new(app))), time)
}

fn request_timeout(app: &App) -> Duration {
    Duration::from_secs(app.settings.request_timeout_s)
}

fn routes() -> Router<Arc<App>> {
    let mut router = pages().merge(data());
    for kind in KINDS {
        router = router.merge(records(kind));
    }
    router.fallback(pages::missing)
}

fn layered<S: Clone + Send + Sync + 'static>(router: Router<S>, time: Duration) -> Router<S> {
    router
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(CompressionLayer::new())
        .layer(CorsLayer::permissive())
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, time))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(TraceLayer::new_for_http())
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        .layer(CatchPanicLayer::new())
}

fn pages() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(pages::home))
        .route("/about", get(pages::about))
        .route("/archive", get(pages::archive))
        .route("/catalog", get(pages::catalog))
        .route("/code", get(pages::code))
        .route("/feed.xml", get(pages::feed))
        .route("/gallery", get(pages::gallery))
        .route("/login", get(pages::login).post(pages::send_login))
        .route("/search", get(pages::search))
        .route("/status", get(pages::status))
        .route("/tags", get(pages::tags))
        .route("/tags/{tag}", get(pages::tag))
}

fn data() -> Router<Arc<App>> {
    Router::new()
        .route("/health", get(async || "up"))
        .route("/covers/{width}", get(data::cover))
        .route("/api/catalog", get(data::catalog))
        .route("/api/check/{pattern}", post(data::check))
        .route("/api/files/{*key}", get(data::file))
        .route("/api/flags", get(data::flags))
        .route("/api/highlight/{language}", post(data::highlight))
        .route("/api/me", get(data::me))
        .route("/api/patterns", get(data::patterns))
        .route("/api/settings", get(data::settings))
}

/// Five routes for each kind of record.
fn records(kind: &'static str) -> Router<Arc<App>> {
    let one = get(records::read).put(records::change).delete(records::remove);
    Router::new()
        .route(&format!("/{kind}"), get(pages::list))
        .route(&format!("/{kind}/new"), get(pages::form))
        .route(&format!("/{kind}/{{id}}"), get(pages::detail))
        .route(&format!("/api/{kind}"), get(records::list).post(records::create))
        .route(&format!("/api/{kind}/{{id}}"), one)
        .layer(axum::Extension(records::Kind(kind)))
}
