//! An app of the size that people deploy, for measuring its start: about 60 routes, 20 templates, 24
//! patterns with Unicode classes, highlighted code, thumbnails, PostgreSQL over TLS, a file on S3, keys
//! of an identity provider.
//!
//! [`build`] is written as most apps are: one step after another. Each step is a public function,
//! so that another `main` may arrange them otherwise; what a handler needs is a [`Part`] of [`App`],
//! made before or when it is asked for.
//!
//! | environment variable | meaning |
//! |---|---|
//! | `DATABASE_URL` | PostgreSQL, with `sslmode` and `sslrootcert` |
//! | `JWKS_URL` | the public keys of whoever signs tokens |
//! | `BUCKET`, `CATALOG_KEY` | the file that is read at the start; have defaults |
//! | `AWS_ENDPOINT_URL_S3`, `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` | the SDK's own |
//! | `SSL_CERT_FILE` | certificates to trust, for S3 and the keys |

mod app;
pub mod code;
pub mod covers;
pub mod database;
mod failure;
pub mod keys;
pub mod patterns;
pub mod pool;
mod routes;
pub mod settings;
pub mod storage;
pub mod telemetry;
pub mod templates;

pub use anyhow::Error;
pub use app::{App, Part};
pub use reqwest;
pub use routes::{router, router_in_one_piece};

/// Everything that the app does before its first request, in series.
///
/// # Errors
/// If a setting is missing, or a server can't be reached or answers otherwise than expected.
pub async fn build() -> Result<axum::Router, Error> {
    let settings = settings::load()?;
    telemetry::start(&settings)?;
    let patterns = patterns::compile()?;
    let templates = templates::load()?;
    let highlighter = code::load();
    let covers = covers::thumbnails()?;
    let http = reqwest::Client::new();
    let aws = storage::configuration().await;
    let bucket = storage::Bucket::new(&aws, &settings);
    let catalog = bucket.catalog().await?;
    let keys = keys::fetch(&http, &settings.jwks_url).await?;
    let pool = pool::connect(&settings.database_url).await?;
    pool::migrate(&pool).await?;
    let site = database::Site {
        settings: database::site_settings(&pool).await?,
        flags: database::flags(&pool).await?,
        roles: database::roles(&pool).await?,
        tags: database::tags(&pool).await?,
        newest: database::newest(&pool, settings.page_size).await?,
    };
    Ok(router(App {
        settings,
        patterns: Part::ready(patterns),
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
