//! The heavy app by `lambdafy`: what the first request needs in INIT and at once, the rest when it is
//! asked for.

use std::convert::Infallible;
use std::sync::Arc;

use heavy_app::database::Site;
use heavy_app::settings::Settings;
use heavy_app::{
    App, Error, Part, code, covers, database, keys, patterns, pool, reqwest, router, settings,
    storage, telemetry, templates,
};
use lambdafy::startup::{Lazy, Plan, step, step_async};
use lambdafy::{BoxError, Options};

fn main() -> Result<(), lambdafy::Error> {
    lambdafy::run_with(Options::from_env()?.no_delay(true), app)
}

async fn app() -> Result<axum::Router, BoxError> {
    let settings = step("settings", settings::load)?;
    step("telemetry", || telemetry::start(&settings))?;
    let pool = pool::of_one(&settings.database_url)?;
    let plan = Plan::new();
    // One connection, which is asked everything before it is given back.
    let site = plan.step("database", async || {
        let mut connection = pool.acquire().await?;
        let site = database::site_at_once(&mut connection, settings.page_size);
        step_async("schema version and site", site).await
    });
    // While the database is waited for.
    let templates = plan.step("templates", async || templates::load());
    let (site, templates) = plan.run((site, templates)).await?;
    Ok(step("router", || router(with_lazy_parts(settings, pool, site, templates))))
}

fn with_lazy_parts(
    settings: Settings,
    pool: pool::Pool,
    site: Site,
    templates: templates::Templates,
) -> App {
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
        // Each is compiled when it is first used.
        patterns: Part::ready(patterns::lazy()),
        templates: Part::ready(templates),
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
