//! `startup-bench server`: blogs as long-running servers side by side, and one of them as a function.

mod contender;
mod database;
mod function;
mod load;
mod page;
mod rounds;
mod started;
mod table;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::cold::Figures;
use crate::contenders;
use crate::report::{Machine, Metric, Report, check_places, json, save};
use contender::{BLOG_DEMO, Contender, GHOST, Sample};
use database::System;
use rounds::Plan;

/// Options of `startup-bench server`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Only these contenders. [default: ghost and blog-demo]
    #[arg(long = "contender", value_name = "NAME")]
    contenders: Vec<String>,
    /// The program of blog-demo, or a package of this workspace, which is built first.
    #[arg(long, value_name = "NAME|PATH", default_value = BLOG_DEMO)]
    blog: String,
    #[command(flatten)]
    sample: Sample,
    /// Only on this database; may be repeated. [default: both]
    #[arg(long = "db", value_enum)]
    systems: Vec<System>,
    /// How often each is started.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    runs: u32,
    /// How many seconds each is asked for pages in each round.
    #[arg(long, value_name = "S", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=600))]
    load_seconds: u64,
    /// Also write the figures to this file; README.md has the schema.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Also write the table for a README to this file; - is standard output.
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
}

const SQLITE: &str = System::Sqlite.name();
const MYSQL: &str = System::Mysql.name();

/// The cases as a function, and whether INIT has only the CPU share too, which it has not on Lambda.
const FUNCTIONS: [(&str, bool); 2] = [("function", false), ("function-throttled-init", true)];

/// Measures and reports.
///
/// # Errors
/// If a contender can't be had or does not start; if a file can't be written.
pub(crate) fn run(options: &Options) -> Result<()> {
    check_places([&options.json, &options.markdown])?;
    let names = match &options.contenders[..] {
        [] => vec![GHOST.to_owned(), BLOG_DEMO.to_owned()],
        names => names.to_vec(),
    };
    let find = |name: &String| {
        Contender::find(name, &options.blog, options.sample).with_context(|| name.clone())
    };
    let contenders = names.iter().map(find).collect::<Result<Vec<_>>>()?;
    let systems = match &options.systems[..] {
        [] => vec![System::Sqlite, System::Mysql],
        systems => systems.to_vec(),
    };
    let load = Duration::from_secs(options.load_seconds);
    let plan = Plan { contenders, systems, runs: options.runs, load };
    let folder = Folder::new()?;
    let (figures, end) = rounds::run(&plan, &folder.0);
    finish(options, &plan, figures).and(end)
}

/// Reports what there is, also of a run that broke off.
fn finish(options: &Options, plan: &Plan, figures: Figures) -> Result<()> {
    let names: Vec<&str> = plan.contenders.iter().map(Contender::name).collect();
    let cases = cases();
    let case_names: Vec<&str> = cases.iter().map(|(name, _)| name.as_str()).collect();
    let how: Vec<String> = plan.contenders.iter().map(Contender::how).chain([load(plan)]).collect();
    let report = Report {
        work: "server",
        headline: Metric::FirstResponseMs,
        baseline: GHOST.to_owned(),
        rows: figures.into_rows(&case_names, &names),
        cases: cases.clone(),
        machine: Machine::here().with("runs", plan.runs).with("how", how.clone()),
    };
    let table = table::table(&report);
    println!("\n{table}\n{}", how.join("\n"));
    if let Some(path) = &options.json {
        save(path, &json::text(&report)?)?;
    }
    if let Some(path) = &options.markdown {
        let how: String = how.iter().map(|line| format!("- {line}\n")).collect();
        let machine = report.machine.sentence();
        save(path, &format!("{}\n{how}\n{machine}\n", table.markdown()))?;
    }
    Ok(())
}

/// The cases, each with a title for people.
fn cases() -> Vec<(String, String)> {
    let [(function, _), (throttled, _)] = FUNCTIONS;
    [
        (SQLITE, "server, SQLite"),
        (MYSQL, "server, MariaDB"),
        (function, "cold function, MariaDB"),
        (throttled, "the same, INIT throttled too"),
    ]
    .map(|(name, title)| (name.to_owned(), title.to_owned()))
    .to_vec()
}

fn load(plan: &Plan) -> String {
    format!(
        "first response: from the start of the process to the end of the first home page with \
         status 200; CPU until then; RSS: the peak after two home pages; queries and connections: \
         of one boot and two home pages, by MariaDB's general log, in a start of their own; \
         requests/s: home pages for {} s by {} connections from the same machine; server databases \
         on the same machine without TLS, the function's over TLS at 1 ms",
        plan.load.as_secs(),
        load::VISITORS
    )
}

/// Where the sites are, gone with the run. Not in `/tmp`, of which sandboxes have one of their own.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self> {
        let path =
            contenders::workspace().join("target/server").join(std::process::id().to_string());
        std::fs::create_dir_all(&path).with_context(|| format!("no folder {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left is no reason to fail a finished run.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
