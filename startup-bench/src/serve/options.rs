//! What `startup-bench serve` is told.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use clap::builder::RangedU64ValueParser;
use clap::{Args, ValueEnum};
use lambdafy_emulator::{Emulator, EmulatorBuilder, Ending, Function};

use super::printer::Format;
use super::source::Source;
use crate::program::{self, Program};

/// What to serve, and as what.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// A package of this workspace, which is built first, or the path of an executable that
    /// speaks Lambda's Runtime API
    #[arg(long, value_name = "NAME|PATH")]
    pub(super) app: String,
    /// Arguments of the app, after `--`
    #[arg(last = true, value_name = "ARGUMENT")]
    arguments: Vec<OsString>,
    /// What stands before the function
    #[arg(long, value_enum, default_value_t = Source::Http)]
    pub(super) source: Source,
    /// The function's memory size in MB, 128 to 10240
    #[arg(long, value_name = "MB", default_value_t = 1769, value_parser = megabytes())]
    pub(super) memory: u32,
    /// How many seconds one invocation may take, up to 900
    #[arg(long, value_name = "S", default_value = "30", value_parser = up_to_900)]
    timeout: Duration,
    /// How many sandboxes there may be at once; what comes when all are busy waits
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = sandboxes())]
    pub(super) max_sandboxes: usize,
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 8080)]
    pub(super) port: u16,
    /// The port of Lambda's own Invoke API; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub(super) api_port: u16,
    /// After how many seconds without an invocation a sandbox ends; Lambda does not say its own
    #[arg(long, value_name = "S", default_value = "300", value_parser = seconds)]
    idle: Duration,
    /// How an idle sandbox ends
    #[arg(long, value_enum, default_value_t = End::Polite)]
    end: End,
    /// An address of this machine, such as a database's, that sandboxes reach although each has a
    /// network of its own, cut off while it is frozen; may be repeated. They reach nothing else.
    /// The server sees them come from 198.19.0.0/16
    #[arg(long, value_name = "IP:PORT")]
    reach: Vec<SocketAddr>,
    /// An external extension, started in every sandbox before the app, such as Lambda Web
    /// Adapter; may be repeated
    #[arg(long, value_name = "PATH", value_parser = program::executable)]
    extension: Vec<PathBuf>,
    /// The stage of the API, the first segment of every path
    #[arg(long)]
    pub(super) stage: Option<String>,
    /// A media type that a REST API treats as binary, such as `image/*`; may be repeated
    #[arg(long, value_name = "TYPE")]
    binary_media_type: Vec<String>,
    /// An environment variable of the function; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = program::variable)]
    pub(super) env: Vec<(String, String)>,
    /// Runs the app once with these arguments before it is served, as an ordinary program, such as
    /// for its migrations; may be repeated
    #[arg(long, value_name = "ARGUMENTS")]
    pub(super) before: Vec<String>,
    /// Opens the status page in a browser
    #[arg(long, conflicts_with = "no_status")]
    pub(super) open: bool,
    /// Where the status page is; an app's own route of this path can't be reached
    #[arg(long, value_name = "PATH", default_value = "/_lambdafy", value_parser = path)]
    status_path: String,
    /// No status page: every path is the app's
    #[arg(long)]
    no_status: bool,
    /// Prints one JSON object for each thing that happens, not a line for people
    #[arg(long)]
    json: bool,
    /// Prints problems only
    #[arg(long, short, conflicts_with = "json")]
    quiet: bool,
}

/// How an idle sandbox ends.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum End {
    /// as on Lambda: by SIGTERM and 500 ms if it has an extension, else by SIGKILL
    Polite,
    /// by SIGKILL; the kernel still closes its connections
    Kill,
    /// as a machine that is gone: its network is cut first, peers see no end of a connection
    Silent,
}

impl End {
    fn ending(self) -> Ending {
        match self {
            Self::Polite => Ending::Polite,
            Self::Kill => Ending::Kill,
            Self::Silent => Ending::Silent,
        }
    }
}

impl Options {
    /// The emulator of this app, without an observer and a status page.
    pub(super) fn emulator(&self, program: &Program) -> EmulatorBuilder {
        let function =
            Function::new(program.function_name()).memory_mb(self.memory).timeout(self.timeout);
        let mut builder = Emulator::builder()
            .app(&program.path)
            .inherit_environment(true)
            .function(function)
            .source(self.source.front_door())
            .port(self.port)
            .api_port(self.api_port)
            .idle_after(self.idle)
            .idle_ending(self.end.ending())
            .max_sandboxes(self.max_sandboxes);
        for address in &self.reach {
            builder = builder.reach(*address);
        }
        for extension in &self.extension {
            builder = builder.extension(extension);
        }
        for argument in &self.arguments {
            builder = builder.arg(argument);
        }
        if let Some(stage) = &self.stage {
            builder = builder.stage(stage);
        }
        for media_type in &self.binary_media_type {
            builder = builder.binary_media_type(media_type);
        }
        for (name, value) in &self.env {
            builder = builder.env(name, value);
        }
        builder
    }

    /// What sandboxes reach, if each has a network of its own.
    pub(super) fn reached(&self) -> Option<&[SocketAddr]> {
        let has_own = !self.reach.is_empty() || matches!(self.end, End::Silent);
        has_own.then_some(&*self.reach)
    }

    pub(super) fn status_path(&self) -> Option<&str> {
        (!self.no_status).then_some(&*self.status_path)
    }

    pub(super) fn format(&self) -> Format {
        match (self.json, self.quiet) {
            (true, _) => Format::Json,
            (false, true) => Format::Quiet,
            (false, false) => Format::Lines,
        }
    }
}

fn megabytes() -> RangedU64ValueParser<u32> {
    RangedU64ValueParser::new().range(128..=10_240)
}

fn sandboxes() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..=10_000)
}

/// Seconds, as a time that Lambda takes as a timeout.
fn up_to_900(text: &str) -> anyhow::Result<Duration> {
    let given = seconds(text)?;
    anyhow::ensure!(given <= Duration::from_secs(900), "Lambda takes up to 900 seconds");
    Ok(given)
}

fn seconds(text: &str) -> anyhow::Result<Duration> {
    let given = text.parse().ok().and_then(|given| Duration::try_from_secs_f64(given).ok());
    given.filter(|time| !time.is_zero()).context("not a number of seconds above 0")
}

fn path(path: &str) -> anyhow::Result<String> {
    let path = path.strip_suffix('/').unwrap_or(path);
    anyhow::ensure!(path.len() > 1 && path.starts_with('/'), "not a path such as /_lambdafy");
    Ok(path.to_owned())
}
