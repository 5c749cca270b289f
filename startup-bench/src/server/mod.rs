//! `startup-bench server`: blogs as long-running servers side by side, and one of them as a function.

mod contender;
mod database;
mod folder;
mod function;
mod interrupt;
mod load;
mod page;
mod rounds;
mod started;
mod table;

use std::time::Duration;

use anyhow::{Context, Result};

use crate::cold::Figures;
use crate::contenders;
use crate::report::{Machine, Metric, Outputs, Report};
pub(crate) use contender::GHOST;
use contender::{BLOG_DEMO, Contender, Sample};
use database::System;
use folder::Folder;
use interrupt::Interrupt;
use rounds::Plan;

/// Options of `startup-bench server`.
#[derive(Debug, clap::Args)]
#[command(mut_arg("baseline", |baseline| baseline.default_value(GHOST)))]
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
    #[command(flatten)]
    outputs: Outputs,
}

const SQLITE: &str = System::Sqlite.name();
const MYSQL: &str = System::Mysql.name();

/// The cases as a function, and whether INIT has only the CPU share too, which it has not on Lambda.
const FUNCTIONS: [(&str, bool); 2] = [("function", false), ("function-throttled-init", true)];

/// Measures and reports.
///
/// # Errors
/// If a contender can't be had or does not start; if the report can't be written or does not keep its
/// budget.
pub(crate) fn run(options: &Options) -> Result<()> {
    options.outputs.check()?;
    let names = match &options.contenders[..] {
        [] => vec![GHOST.to_owned(), BLOG_DEMO.to_owned()],
        names => once(names),
    };
    let find = |name: &String| {
        Contender::find(name, &options.blog, options.sample).with_context(|| name.clone())
    };
    let contenders = names.iter().map(find).collect::<Result<Vec<_>>>()?;
    let systems = match &options.systems[..] {
        [] => vec![System::Sqlite, System::Mysql],
        systems => once(systems),
    };
    let load = Duration::from_secs(options.load_seconds);
    let plan = Plan { contenders, systems, runs: options.runs, load };
    let interrupt = Interrupt::catch()?;
    // Not in /tmp, of which sandboxes have one of their own.
    let folder = Folder::new(&contenders::workspace().join("target/server"))?;
    let (figures, end) = rounds::run(&plan, folder.path(), &interrupt);
    finish(options, &plan, figures, end)
}

/// Each for the first time that it is named.
fn once<T: Clone + PartialEq>(named: &[T]) -> Vec<T> {
    let is_first = |(at, one): &(usize, &T)| !named[..*at].contains(one);
    named.iter().enumerate().filter(is_first).map(|(_, one)| one.clone()).collect()
}

/// Reports what there is, also of a run that broke off or was cut short.
fn finish(options: &Options, plan: &Plan, figures: Figures, end: Result<()>) -> Result<()> {
    if figures.is_empty() {
        return end;
    }
    let names: Vec<&str> = plan.contenders.iter().map(Contender::name).collect();
    let cases = cases();
    let case_names: Vec<&str> = cases.iter().map(|(name, _)| name.as_str()).collect();
    let how: Vec<String> = plan.contenders.iter().map(Contender::how).chain([load(plan)]).collect();
    let report = Report {
        work: "server",
        headline: Metric::FirstResponseMs,
        baseline: options.outputs.baseline.clone(),
        rows: figures.into_rows(&case_names, &names),
        cases: cases.clone(),
        machine: Machine::here().with("runs", plan.runs).with("how", how.clone()),
    };
    let table = table::table(&report);
    println!("\n{table}\n{}", how.join("\n"));
    let how: String = how.iter().map(|line| format!("- {line}\n")).collect();
    let machine = report.machine.sentence();
    let markdown = format!("{}\n{how}\n{machine}\n", table.markdown());
    let outputs = options.outputs.with_tables(markdown);
    match end {
        Ok(()) => outputs.write(&report),
        Err(error) => {
            outputs.write_figures(&report, None)?;
            Err(error)
        }
    }
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
