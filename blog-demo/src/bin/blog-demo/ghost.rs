//! `blog-demo import` and `blog-demo export`: Ghost's file.

use std::path::PathBuf;

use anyhow::Context;
use blog_demo::Blog;
use blog_demo::ghost::{Document, Pictures, export, import};
use blog_demo::store::Store;
use clap::Args;

use crate::database;
use crate::options::BlogOptions;

#[derive(Args, Clone, Debug)]
pub(crate) struct Import {
    /// The file that Ghost's "Export your content" has made
    file: PathBuf,
    /// Ghost's folder `content`, from which images are taken over
    #[arg(long, value_name = "FOLDER")]
    content: Option<PathBuf>,
    /// The Ghost blog's address, which images that are not taken over are linked to
    #[arg(long, value_name = "URL")]
    from_url: Option<String>,
    /// The report as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Export {
    /// The file to write; `-` is standard output
    file: PathBuf,
}

/// Takes over a Ghost blog's content.
///
/// # Errors
/// If the file can't be read, or the blog not be written.
pub(crate) async fn run_import(asked: Import, options: &BlogOptions) -> anyhow::Result<()> {
    let file = asked.file.display();
    let json = std::fs::read(&asked.file).with_context(|| format!("{file} can't be read"))?;
    let document = Document::read(&json).with_context(|| format!("{file}"))?;
    let database = database::open(&options.database_url)?;
    database::check_schema(&database).await?;
    let blog = Blog::new(Store::new(database.clone()), options.config()?);
    let pictures = Pictures { content: asked.content, url: asked.from_url };
    let done = import(blog.store(), blog.media(), &document, &pictures).await;
    let done = done.context("the import ended early; running it again adds what is missing")?;
    database.close().await;
    if asked.json {
        println!("{}", serde_json::to_string_pretty(&done)?);
        return Ok(());
    }
    for note in &done.notes {
        println!("note: {note}");
    }
    println!(
        "Added {} posts, {} pages, {} tags, {} users, {} images{}; {} notes.",
        done.posts,
        done.pages,
        done.tags,
        done.users,
        done.images,
        if done.settings { ", and the settings" } else { "" },
        done.notes.len()
    );
    Ok(())
}

/// Writes the blog's content as Ghost's importer takes it.
///
/// # Errors
/// If the blog can't be read, or the file not be written.
pub(crate) async fn run_export(asked: Export, options: &BlogOptions) -> anyhow::Result<()> {
    let database = database::open(&options.database_url)?;
    database::check_schema(&database).await?;
    let document = export(&Store::new(database.clone()), options.url.as_deref()).await?;
    database.close().await;
    let json = document.to_json()?;
    if asked.file.as_os_str() == "-" {
        println!("{json}");
        return Ok(());
    }
    let file = asked.file.display();
    std::fs::write(&asked.file, json).with_context(|| format!("{file} can't be written"))?;
    eprintln!("Written to {file}. Images, redirects, revisions and passwords are not part of it.");
    Ok(())
}
