//! The start of a heavy blog, for comparison: everything it might need, one after the other.
//!
//! The steps are those of Ghost's boot: it migrates, checks the database's state, reads settings,
//! users and tags, computes the addresses of all posts, and compiles and checks the theme.

use anyhow::Context;
use blog_demo::Blog;
use blog_demo::model::{Kind, now};
use blog_demo::theme::Theme;
use blog_demo::values;
use lambdafy::startup::{step, step_async};

/// What is counted, to see that it is there.
const TABLES: [&str; 10] = [
    "site",
    "users",
    "posts",
    "posts_authors",
    "tags",
    "posts_tags",
    "redirects",
    "revisions",
    "images",
    "api_keys",
];

/// Does them all.
///
/// # Errors
/// With the first step that fails.
pub(crate) async fn prepare(blog: &Blog) -> anyhow::Result<()> {
    let store = blog.store();
    step_async("migrations", store.database().migrate()).await.context("migrations")?;
    step_async("table checks", check_tables(blog)).await?;
    step_async("settings", store.site()).await.context("settings")?;
    step_async("users", store.users(now())).await.context("users")?;
    step_async("tags", store.tags(now())).await.context("tags")?;
    step_async("API keys", store.api_keys()).await.context("API keys")?;
    for kind in [Kind::Post, Kind::Page] {
        let name = if kind == Kind::Post { "posts" } else { "pages" };
        step_async(name, store.all_posts(kind, None, now(), 100_000, 0)).await.context(name)?;
    }
    step_async("addresses", store.sitemap(now())).await.context("addresses")?;
    let names = Theme::template_names();
    step("theme", || blog.theme().compile(names.iter().map(String::as_str)))
        .context("the theme")?;
    step("highlighting", || blog_demo::text::markdown("```rust\nfn main() {}\n```"));
    Ok(())
}

async fn check_tables(blog: &Blog) -> anyhow::Result<()> {
    for table in TABLES {
        let sql = format!("SELECT COUNT(*) AS number FROM {table}");
        blog.store().database().first(&sql, values![]).await.context(table)?;
    }
    Ok(())
}
