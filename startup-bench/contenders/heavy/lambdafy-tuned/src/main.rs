//! The heavy app by `lambdafy`: what the first request needs in INIT, the rest when it is asked for.

use std::convert::Infallible;
use std::sync::Arc;

use heavy_app::database::Site;
use heavy_app::settings::Settings;
use heavy_app::{
    App, Error, Part, code, covers, database, keys, patterns, pool, reqwest, router_in_one_piece,
    settings, storage, telemetry, templates,
};
use lambdafy::startup::{Lazy, step, step_async};
use lambdafy::{BoxError, Options};

/// The one of musl is slow where threads meet. Without huge pages: a start would clear 2 MB for what
/// it needs of them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), lambdafy::Error> {
    lambdafy::run_with(Options::from_env()?.no_delay(true), app)
}

async fn app() -> Result<axum::Router, BoxError> {
    let settings = step("settings", settings::load)?;
    step("telemetry", || telemetry::start(&settings))?;
    let pool = pool::of_one(&settings.database_url)?;
    // All that the first request waits for. The connection is asked everything before it is given back.
    let mut connection = step_async("connect", pool.acquire()).await?;
    let site = database::site_at_once(&mut connection, settings.page_size);
    let site = step_async("schema version and site", site).await?;
    drop(connection);
    Ok(step("router", || router_in_one_piece(with_lazy_parts(settings, pool, site))))
}

fn with_lazy_parts(settings: Settings, pool: pool::Pool, site: Site) -> App {
    let bucket = shared("bucket", {
        let settings = settings.clone();
        move || {
            let settings = settings.clone();
            async move {
                let aws = storage::configuration().await;
                Ok::<_, Infallible>(storage::Bucket::new(&aws, &settings))
            }
        }
    });
    let catalog = shared("catalog", {
        let bucket = bucket.clone();
        move || {
            let bucket = bucket.clone();
            async move { bucket.get().await?.catalog().await }
        }
    });
    let keys = shared("keys", {
        let url = settings.jwks_url.clone();
        move || {
            let url = url.clone();
            async move { keys::fetch(&reqwest::Client::new(), &url).await }
        }
    });
    App {
        // Of these, each is compiled when it is first used.
        patterns: Part::ready(patterns::lazy()),
        templates: Part::ready(templates::lazy()),
        highlighter: part(shared("highlighter", || async { Ok::<_, Infallible>(code::load()) })),
        covers: part(shared("covers", || async { covers::thumbnails() })),
        bucket: part(bucket),
        catalog: part(catalog),
        keys: part(keys),
        pool: Part::ready(pool),
        site: Part::ready(site),
        settings,
    }
}

/// A lazy value that several parts may need.
type Shared<T> = Arc<Lazy<Arc<T>>>;

fn shared<T, E, F>(name: &'static str, make: impl Fn() -> F + Send + Sync + 'static) -> Shared<T>
where
    T: Send + Sync + 'static,
    E: Into<BoxError>,
    F: Future<Output = Result<T, E>> + Send + 'static,
{
    Arc::new(Lazy::with(name, move || {
        let made = make();
        async { made.await.map(Arc::new) }
    }))
}

fn part<T: Send + Sync + 'static>(lazy: Shared<T>) -> Part<T> {
    Part::asked(move || {
        let lazy = lazy.clone();
        async move { Ok::<_, Error>(lazy.get().await?.clone()) }
    })
}
