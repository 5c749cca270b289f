//! `blog-demo migrate`.

use anyhow::Context;

use crate::database;
use crate::options::BlogOptions;

/// Brings the schema up to date.
///
/// # Errors
/// If the database can't be reached or refuses.
pub(crate) async fn run(options: &BlogOptions) -> anyhow::Result<()> {
    let database = database::open(&options.database_url)?;
    let steps = database.migrate().await.context("the schema can't be brought up to date")?;
    let version = database.expected_version();
    match steps {
        0 => println!("The schema has version {version} already."),
        _ => println!("The schema has version {version} now, {steps} step(s) further."),
    }
    database.close().await;
    Ok(())
}
