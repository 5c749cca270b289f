//! What the program is told, on the command line or by variables of the environment.

use std::net::SocketAddr;
use std::path::PathBuf;

use axum::http::HeaderName;
use blog_demo::Config;
#[cfg(feature = "s3")]
use blog_demo::media::S3;
use blog_demo::media::{Folder, Storage};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::api_key::CreateApiKey;
use crate::ghost::{Export, Import};
use crate::seed::Seed;
use crate::users::CreateUser;

/// A blog: a web server by itself, and a function on AWS Lambda.
#[derive(Parser)]
#[command(name = "blog-demo", version, subcommand_negates_reqs = true)]
pub(crate) struct Options {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) blog: BlogOptions,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serves the blog; on Lambda, as a function. This is what happens without a command
    Serve(Serve),
    /// Brings the database's schema to this program's version
    Migrate,
    /// Makes a sample blog of 200 posts, with pictures, in an empty one
    Seed(Seed),
    /// Takes over the content of a Ghost blog
    Import(Import),
    /// Writes the content as Ghost's importer takes it
    Export(Export),
    /// Makes a user who can log in, or gives one a new password
    CreateUser(CreateUser),
    /// Makes a key for programs that read by Ghost's Content API, and prints it
    CreateApiKey(CreateApiKey),
    /// Looks whether everything is in order, and says what to do where it is not
    Doctor,
}

#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Serve {
    /// The address to listen on
    #[arg(long, env = "BLOG_LISTEN", value_name = "ADDRESS:PORT", default_value = DEFAULT)]
    pub(crate) listen: SocketAddr,
}

const DEFAULT: &str = "127.0.0.1:2368";

impl Default for Command {
    fn default() -> Self {
        // Through the parser, which knows the variable too.
        match Options::try_parse_from(["blog-demo", "serve"]) {
            Ok(Options { command: Some(command), .. }) => command,
            _ => Self::Serve(Serve { listen: SocketAddr::from(([127, 0, 0, 1], 2368)) }),
        }
    }
}

/// Which blog, and how it is run.
#[derive(Args, Clone)]
pub(crate) struct BlogOptions {
    /// sqlite:FILE, mysql://USER:PASSWORD@HOST/DATABASE or postgres://...
    #[arg(
        long,
        env = "DATABASE_URL",
        hide_env_values = true,
        value_name = "URL",
        default_value = "sqlite:blog.db",
        global = true
    )]
    pub(crate) database_url: String,
    /// The blog's address, such as https://blog.example.org; without it, what each request names
    #[arg(long, env = "BLOG_URL", value_name = "URL", global = true)]
    pub(crate) url: Option<String>,
    /// A folder whose templates and assets come before the default theme's
    #[arg(long, env = "BLOG_THEME", value_name = "FOLDER", global = true)]
    theme: Option<PathBuf>,
    /// Where images are kept: a folder, or s3://BUCKET/PREFIX
    #[arg(
        long,
        env = "BLOG_IMAGES",
        value_name = "FOLDER|URL",
        default_value = "images",
        global = true
    )]
    images: String,
    /// Another service than AWS's that speaks like S3, such as http://localhost:9000
    #[arg(long, env = "S3_ENDPOINT", value_name = "URL", global = true)]
    s3_endpoint: Option<String>,
    /// A secret that the first set-up at /admin asks for; without it, whoever comes first is the owner
    #[arg(
        long,
        env = "BLOG_SETUP_TOKEN",
        hide_env_values = true,
        value_name = "TEXT",
        global = true
    )]
    setup_token: Option<String>,
    /// The header in which a proxy in front names the client, such as x-forwarded-for
    #[arg(long, env = "BLOG_CLIENT_HEADER", value_name = "NAME", global = true)]
    client_header: Option<HeaderName>,
    /// How serve begins
    #[arg(long, env = "BLOG_START", value_enum, default_value_t, global = true)]
    pub(crate) start: Start,
}

/// How the program begins to serve.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Start {
    /// only what the first page needs, at once
    #[default]
    Planned,
    /// as other blogs do: migrations, checks and caches, one after the other
    InSeries,
}

impl std::fmt::Debug for BlogOptions {
    /// Without what is secret in it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BlogOptions").field("start", &self.start).finish_non_exhaustive()
    }
}

impl BlogOptions {
    /// The app's own configuration.
    ///
    /// # Errors
    /// If images are to be kept where this program can't.
    pub(crate) fn config(&self) -> anyhow::Result<Config> {
        Ok(Config {
            url: self.url.clone(),
            theme: self.theme.clone(),
            images: self.storage()?,
            setup_token: self.setup_token.clone(),
            client_header: self.client_header.clone(),
        })
    }

    #[cfg(feature = "s3")]
    fn storage(&self) -> anyhow::Result<Storage> {
        let Some(place) = self.images.strip_prefix("s3://") else {
            return Ok(Storage::Folder(Folder::new(&self.images)));
        };
        let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
        anyhow::ensure!(
            !bucket.is_empty(),
            "BLOG_IMAGES is s3:// without a bucket: s3://BUCKET/PREFIX"
        );
        Ok(Storage::S3(S3::new(bucket, prefix, self.s3_endpoint.clone())))
    }

    #[cfg(not(feature = "s3"))]
    fn storage(&self) -> anyhow::Result<Storage> {
        let is_folder = self.s3_endpoint.is_none() && !self.images.starts_with("s3://");
        anyhow::ensure!(
            is_folder,
            "this program was built without S3: build it with --features s3"
        );
        Ok(Storage::Folder(Folder::new(&self.images)))
    }
}
