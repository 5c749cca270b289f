//! `startup-bench serve`: an app on an emulated Lambda, behind real HTTP.

mod app;
mod show;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use clap::{Args, ValueEnum};
use lambdafy_emulator::{Emulator, FrontDoor, Function};
use tokio::signal::unix::{SignalKind, signal};

use self::show::Show;

/// What to serve, and as what.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// A package of this workspace, which is built first, or the path of an executable that
    /// speaks Lambda's Runtime API.
    #[arg(long, value_name = "NAME|PATH")]
    app: String,
    /// What stands before the function.
    #[arg(long, value_enum, default_value_t = Source::Http)]
    source: Source,
    /// The port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// How many sandboxes there may be at once; what comes when all are busy waits.
    #[arg(long, value_name = "N", default_value_t = 10)]
    max_sandboxes: usize,
    /// How many seconds one invocation may take.
    #[arg(long, value_name = "S", default_value_t = 30.0)]
    timeout: f64,
    /// The stage of the API, the first segment of every path.
    #[arg(long)]
    stage: Option<String>,
    /// A media type that a REST API treats as binary, such as `image/*`; may be repeated.
    #[arg(long, value_name = "TYPE")]
    binary_media_type: Vec<String>,
    /// An environment variable of the function; may be repeated.
    #[arg(long, value_name = "NAME=VALUE")]
    env: Vec<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Source {
    /// API Gateway REST API, payload 1.0
    Rest,
    /// REST API with response streaming
    RestStream,
    /// API Gateway HTTP API, payload 2.0
    Http,
    /// HTTP API with payload 1.0
    HttpV1,
    /// function URL
    Url,
    /// function URL with response streaming
    UrlStream,
    /// application load balancer
    Alb,
    /// load balancer with multi-value headers
    AlbMulti,
}

/// Serves until Ctrl-C or SIGTERM.
///
/// # Errors
/// If the app can't be built or found, or the port is taken.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let program = app::find(&options.app)?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("tokio cannot start")?
        .block_on(serve(options, program))
}

async fn serve(options: &Options, program: app::Program) -> anyhow::Result<()> {
    ensure!(
        options.timeout > 0.0 && options.timeout <= 900.0,
        "--timeout is {}, Lambda takes up to 900 seconds",
        options.timeout
    );
    let show = Arc::new(Show::new());
    let observer = show.clone();
    let function = Function::new(&program.name).timeout(Duration::from_secs_f64(options.timeout));
    let mut builder = Emulator::builder()
        .app(&program.path)
        .inherit_environment(true)
        .function(function)
        .source(options.source.front_door())
        .port(options.port)
        .max_sandboxes(options.max_sandboxes)
        .observe(move |activity| observer.line(activity));
    if let Some(stage) = &options.stage {
        builder = builder.stage(stage);
    }
    for media_type in &options.binary_media_type {
        builder = builder.binary_media_type(media_type);
    }
    for variable in &options.env {
        let (name, value) = variable
            .split_once('=')
            .with_context(|| format!("--env {variable} is not NAME=VALUE"))?;
        builder = builder.env(name, value);
    }
    let emulator = builder
        .start()
        .await
        .with_context(|| format!("is port {} taken? --port 0 takes a free one", options.port))?;
    let stage = options.stage.as_ref();
    let root = emulator.url() + &stage.map_or_else(String::new, |stage| format!("/{stage}"));
    show.welcome(&program.name, options.source.title(), &root);
    told_to_end().await?;
    emulator.stop().await;
    show.goodbye();
    Ok(())
}

async fn told_to_end() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be caught")?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted.context("Ctrl-C cannot be caught"),
        _ = terminate.recv() => Ok(()),
    }
}

impl Source {
    fn front_door(self) -> FrontDoor {
        match self {
            Self::Rest => FrontDoor::RestApi,
            Self::RestStream => FrontDoor::RestApiStream,
            Self::Http => FrontDoor::HttpApi,
            Self::HttpV1 => FrontDoor::HttpApiV1,
            Self::Url => FrontDoor::FunctionUrl,
            Self::UrlStream => FrontDoor::FunctionUrlStream,
            Self::Alb => FrontDoor::Alb,
            Self::AlbMulti => FrontDoor::AlbMultiValue,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Rest => "an API Gateway REST API",
            Self::RestStream => "a REST API that streams",
            Self::Http => "an API Gateway HTTP API",
            Self::HttpV1 => "an API Gateway HTTP API with payload 1.0",
            Self::Url => "a function URL",
            Self::UrlStream => "a function URL that streams",
            Self::Alb => "a load balancer",
            Self::AlbMulti => "a load balancer with multi-value headers",
        }
    }
}
