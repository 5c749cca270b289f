//! `blog-demo seed`: a sample blog to look at.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use anyhow::Context;
use blog_demo::Blog;
use blog_demo::auth::Password;
use blog_demo::seed::{Sample, seed};
use blog_demo::store::Store;
use clap::Args;

use crate::database;
use crate::options::BlogOptions;

#[derive(Args, Clone)]
pub(crate) struct Seed {
    /// Which sample: the same number makes the same one
    #[arg(long, value_name = "N", default_value_t = 1)]
    number: u64,
    /// How many posts
    #[arg(long, value_name = "N", default_value_t = 200)]
    posts: usize,
    /// How many pictures, which the posts share
    #[arg(long, value_name = "N", default_value_t = 30)]
    pictures: usize,
    /// The password of the first author, ines@example.org, who owns the blog; without it nobody can
    /// log in
    #[arg(long, env = "BLOG_PASSWORD", hide_env_values = true, value_name = "TEXT")]
    owner_password: Option<String>,
    /// Does nothing, and succeeds, if the blog is not empty
    #[arg(long)]
    if_empty: bool,
}

impl std::fmt::Debug for Seed {
    /// Without the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seed").field("number", &self.number).finish_non_exhaustive()
    }
}

/// Makes a sample blog in an empty one.
///
/// # Errors
/// If the blog is not empty, or can't be written.
pub(crate) async fn run(seeding: Seed, options: &BlogOptions) -> anyhow::Result<()> {
    let started = Instant::now();
    let database = database::open(&options.database_url)?;
    database::check_schema(&database).await?;
    let blog = Blog::new(Store::new(database.clone()), options.config()?);
    let has_users = !blog.store().users(0).await.context("users can't be read")?.is_empty();
    if !(seeding.if_empty && has_users) {
        let owner_password_hash = match &seeding.owner_password {
            Some(password) => Some(Password::new(password)?.hash().await?),
            None => None,
        };
        let Seed { number, posts, pictures, .. } = seeding;
        let sample = Sample { number, posts, pictures, owner_password_hash, ..Sample::default() };
        let mut progress = Progress::new(started);
        let done = seed(blog.store(), blog.media(), &sample, |done, of| progress.show(done, of));
        let done = done.await;
        progress.end();
        done.context("the sample could not be made")?;
        let (posts, seconds) = (seeding.posts, started.elapsed().as_secs_f32());
        eprintln!("A sample blog of {posts} posts, made in {seconds:.1} s.");
    }
    database.close().await;
    Ok(())
}

/// A line that says how far it is; only in a terminal.
struct Progress {
    started: Instant,
    shown: Option<Instant>,
}

impl Progress {
    fn new(started: Instant) -> Self {
        Self { started, shown: None }
    }

    fn show(&mut self, done: usize, of: usize) {
        let is_soon = self.shown.is_some_and(|at| at.elapsed() < Duration::from_millis(100));
        if is_soon || !std::io::stderr().is_terminal() {
            return;
        }
        self.shown = Some(Instant::now());
        let share = u32::try_from(of.saturating_sub(done)).unwrap_or(u32::MAX);
        let left = self.started.elapsed() * share / u32::try_from(done.max(1)).unwrap_or(u32::MAX);
        eprint!("\r{done} of {of}, {:.0} s left  ", left.as_secs_f32());
        drop(std::io::stderr().flush());
    }

    fn end(&self) {
        if self.shown.is_some() {
            eprint!("\r\x1b[K");
        }
    }
}
