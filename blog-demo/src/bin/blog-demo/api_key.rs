//! `blog-demo create-api-key`: for programs that read by Ghost's Content API.

use blog_demo::store::Store;
use clap::Args;

use crate::database;
use crate::options::BlogOptions;

#[derive(Args, Clone, Debug)]
pub(crate) struct CreateApiKey {
    /// What it is for
    name: String,
}

/// Makes a key and prints it.
///
/// # Errors
/// If the database can't be written.
pub(crate) async fn run(asked: CreateApiKey, options: &BlogOptions) -> anyhow::Result<()> {
    let database = database::open(&options.database_url)?;
    database::check_schema(&database).await?;
    println!("{}", Store::new(database.clone()).create_api_key(&asked.name).await?);
    database.close().await;
    Ok(())
}
