//! `startup-bench record`: which pages and functions of an app a cold start touches, for a package
//! that reads the pages ahead, and for a linker that puts the functions beside each other.

mod bootstrap;
mod functions;
mod package;
mod pages;

use std::ffi::OsString;
use std::fs::File;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use lambdafy_prefetch::{LIST, List};

use crate::cold::{Request, Starter, Starting, end};
use crate::program;
use crate::report::{number, save};

/// Options of `startup-bench record`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// A package of this workspace, which is built first, or the path of an executable that speaks
    /// the Runtime API.
    #[arg(long, value_name = "NAME|PATH")]
    app: String,
    /// A feature to build the package with; may be repeated.
    #[arg(long = "features", value_name = "FEATURE")]
    features: Vec<String>,
    /// Arguments of the app, after `--`.
    #[arg(last = true, value_name = "ARGUMENT")]
    arguments: Vec<OsString>,
    /// The first event, as JSON; any answer but an error is right. [default: an HTTP API's GET /]
    #[arg(long, value_name = "FILE")]
    event: Option<PathBuf>,
    /// An environment variable of the function; may be repeated.
    #[arg(long, value_name = "NAME=VALUE", value_parser = program::variable)]
    env: Vec<(String, String)>,
    /// Writes the list of hot pages to this file; - is standard output.
    #[arg(long, value_name = "FILE")]
    list: Option<PathBuf>,
    /// Makes a package in this folder, as cargo-lambda lays it out: bootstrap, which reads the hot
    /// pages ahead and then becomes the app; app; and the list. The app may be its bootstrap.
    #[arg(long, value_name = "FOLDER")]
    package: Option<PathBuf>,
    /// Writes the app's functions in the order of their first calls, for the linker's
    /// --symbol-ordering-file; needs valgrind and symbols.
    #[arg(long, value_name = "FILE")]
    functions: Option<PathBuf>,
}

/// What one start has touched.
struct Recorded {
    /// The program that answered, which a script or a wrapper may have become.
    app: PathBuf,
    list: List,
    size: u64,
}

/// Records, and writes what was asked for.
///
/// # Errors
/// If the app can't be built or does not answer; if `/proc` does not show its pages; if a file can't
/// be written.
pub(crate) fn run(options: &Options) -> Result<()> {
    let request = options.event.as_deref().map_or_else(Request::of_root, Request::of_file)?;
    let program = program::find(&options.app, &options.features)?;
    let is_script = std::fs::read(&program.path)?.starts_with(b"#!");
    ensure!(
        options.package.is_none() || !is_script,
        "--package: {} is a script; only a program can be packaged",
        program.path.display()
    );
    let mut launch = Starting::of_program(program.name, program.path);
    launch.add_arguments(&options.arguments);
    launch.surround(&options.env);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.context("tokio cannot start")?;
    let recorded = runtime.block_on(record(&launch, &request));
    let recorded = recorded.with_context(|| launch.name.clone())?;
    println!("{}", recorded.sentence());
    if let Some(path) = &options.list {
        save(path, &recorded.list.to_string())?;
    }
    if let Some(path) = &options.functions {
        let order = runtime.block_on(functions::order(&launch, &request, &recorded.app))?;
        save(path, &functions::text(&order))?;
        println!(
            "{}: {} functions, in the order of their first calls",
            path.display(),
            order.len()
        );
    }
    if let Some(folder) = &options.package {
        package::write(folder, &recorded.app, &recorded.list)?;
        println!("{}: bootstrap, app and {LIST}", folder.display());
    }
    Ok(())
}

async fn record(launch: &Starting, request: &Request) -> Result<Recorded> {
    let starter = Starter::new(launch.emulator(), None).await?;
    let (sandbox, _) = starter.first_answer(request).await?;
    let recorded = look(sandbox.pid());
    end(&sandbox).await;
    starter.stop().await;
    recorded
}

/// The process is frozen meanwhile.
fn look(pid: u32) -> Result<Recorded> {
    let app = std::fs::read_link(format!("/proc/{pid}/exe")).context("the function's program")?;
    let ranges = pages::touched(pid, &app)?;
    ensure!(!ranges.is_empty(), "{} has no page in memory", app.display());
    let file = File::open(&app).with_context(|| format!("can't read {}", app.display()))?;
    let size = file.metadata()?.len();
    Ok(Recorded { list: List::of(&file, ranges)?, size, app })
}

impl Recorded {
    fn sentence(&self) -> String {
        #[allow(clippy::cast_precision_loss, reason = "bytes of a program")]
        let [hot, size] = [self.list.bytes(), self.size].map(|bytes| bytes as f64);
        format!(
            "{}: {} of {} bytes ({:.0} %) are hot, in {} parts",
            self.app.display(),
            number(hot),
            number(size),
            hot / size * 100.0,
            self.list.ranges().len()
        )
    }
}
