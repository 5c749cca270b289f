//! From nothing to an app that answers.

use anyhow::Context;
use axum::Router;
use blog_demo::Blog;
use blog_demo::store::Store;
use lambdafy::startup::Plan;

use crate::options::{BlogOptions, Start};
use crate::{database, in_series};

/// What the front page is made of.
const FRONT_PAGE: [&str; 3] = ["base.html", "list.html", "parts.html"];

/// The app, ready to answer.
///
/// # Errors
/// If the options are wrong, the database can't be reached or has another version, or the theme
/// is broken.
pub(crate) async fn app(options: &BlogOptions) -> anyhow::Result<Router> {
    let database = database::open(&options.database_url)?;
    let blog = Blog::new(Store::new(database.clone()), options.config()?);
    match options.start {
        Start::InSeries => in_series::prepare(&blog).await?,
        Start::Planned => {
            let plan = Plan::new();
            plan.check("schema version", async || database::check_schema(&database).await);
            let theme = blog.clone();
            plan.blocking("templates", move || theme.theme().compile(FRONT_PAGE));
            // The plan's own error names the step; what failed in it is what helps.
            plan.run(()).await.context("the blog can't begin")?;
        }
    }
    Ok(blog.router())
}
