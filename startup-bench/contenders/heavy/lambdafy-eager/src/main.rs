//! The heavy app by `lambdafy`, with every step that the app itself has at its start still there, but
//! at once: nothing is made lazily.

use std::convert::Infallible;
use std::sync::Arc;

use heavy_app::patterns::{self, Patterns};
use heavy_app::{
    App, Error, Part, code, covers, database, keys, pool, reqwest, router, settings, storage,
    telemetry, templates,
};
use lambdafy::startup::{Plan, step, step_async};
use lambdafy::{BoxError, Options};

fn main() -> Result<(), lambdafy::Error> {
    lambdafy::run_with(Options::from_env()?.no_delay(true), app)
}

async fn app() -> Result<axum::Router, BoxError> {
    let settings = step("settings", settings::load)?;
    step("telemetry", || telemetry::start(&settings))?;
    let aws = step_async("AWS", storage::configuration()).await;
    let bucket = storage::Bucket::new(&aws, &settings);
    let pool = pool::of_one(&settings.database_url)?;
    let plan = Plan::new();
    // One connection, which is asked everything before it is given back.
    let site = plan.step("database", async || {
        let mut connection = pool.acquire().await?;
        let site = database::site_at_once(&mut connection, settings.page_size);
        step_async("schema version and site", site).await
    });
    let catalog = plan.step("catalog", async || bucket.catalog().await);
    let keys =
        plan.step("keys", async || keys::fetch(&reqwest::Client::new(), &settings.jwks_url).await);
    // In two halves: as many as there are CPUs in INIT.
    let patterns = Arc::new(patterns::lazy());
    let names: Vec<_> = Patterns::names().collect();
    for half in names.chunks(names.len().div_ceil(2)) {
        let (patterns, half) = (patterns.clone(), half.to_vec());
        plan.blocking("patterns", move || {
            half.iter().try_for_each(|name| patterns.named(name).map(drop)).map_err(BoxError::from)
        });
    }
    let templates = plan.blocking("templates", templates::load);
    let highlighter = plan.blocking("highlighter", || Ok::<_, Infallible>(code::load()));
    let covers = plan.blocking("covers", covers::thumbnails);
    let made = plan.run((site, catalog, keys, templates, highlighter, covers)).await?;
    let (site, catalog, keys, templates, highlighter, covers) = made;
    Ok(router(App {
        settings,
        patterns: Part::asked(move || std::future::ready(Ok::<_, Error>(patterns.clone()))),
        templates: Part::ready(templates),
        highlighter: Part::ready(highlighter),
        covers: Part::ready(covers),
        bucket: Part::ready(bucket),
        catalog: Part::ready(catalog),
        keys: Part::ready(keys),
        pool: Part::ready(pool),
        site: Part::ready(site),
    }))
}
