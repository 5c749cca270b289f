//! `startup-bench cold`: from exec to the first `next` and to the first response.

mod conditions;
mod deployment;
mod figures;
mod instructions;
mod launch;
mod page_cache;
mod plan;
mod ready;
mod request;
mod rounds;
mod self_check;
mod start;
mod usage;

use std::fmt;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

use crate::contenders::App;
use crate::report::{Machine, Metric, Outputs, Report, Row, summary};
use crate::surroundings::Distances;
use plan::Plan;

pub(crate) use conditions::Conditions;
pub(crate) use deployment::surround;
pub(crate) use figures::{Figures, Key, to_f64};
pub(crate) use instructions::{tool as valgrind, until_second_next};
pub(crate) use launch::Starting;
pub(crate) use page_cache::Cached;
pub(crate) use ready::Ready;
pub(crate) use request::Request;
pub(crate) use start::{Start, Starter, end};

/// Options of `startup-bench cold`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// What the contenders run: a few routes, or an app with a database, S3 and keys to fetch.
    #[arg(long, value_enum, default_value = "hello")]
    app: App,
    #[command(flatten)]
    distances: Distances,
    /// Only these contenders.
    #[arg(long = "contender", value_name = "NAME")]
    contenders: Vec<String>,
    /// Also measure this executable, which speaks the Runtime API; without --contender, only such.
    #[arg(long = "program", value_name = "NAME=PATH")]
    programs: Vec<String>,
    /// The first event, as JSON; any answer but an error is right.
    /// [default: an HTTP API's GET /hello, whose answer is checked; of the heavy app, GET /notes]
    #[arg(long, value_name = "FILE")]
    event: Option<PathBuf>,
    #[command(flatten)]
    conditions: Conditions,
    /// Decides the order of the starts within each round. [default: from the clock]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Also count instructions, by valgrind, in one more start of each.
    #[arg(long)]
    instructions: bool,
    /// Also measures how far the figures can be trusted: how much later a sandbox is up than a process
    /// that is only spawned, and how different one program seems beside itself.
    #[arg(long)]
    self_check: bool,
    #[command(flatten)]
    outputs: Outputs,
}

/// The run was cut short by Ctrl-C; what was measured until then was reported.
#[derive(Debug)]
pub(crate) struct Interrupted;

/// Measures and reports.
///
/// # Errors
/// If a contender can't be built, does not start, or answers wrongly; if the report can't be written
/// or does not keep its budget.
pub(crate) fn run(options: &Options) -> Result<()> {
    options.outputs.check()?;
    let request = Request::read(options.event.as_deref(), options.app)?;
    let mut launches = launch::choose(&options.contenders, &options.programs, options.app)?;
    launches.iter_mut().for_each(|launch| launch.surround(&options.conditions.env));
    let heavy = options.app == App::Heavy;
    // Dropping them ends them.
    let _surroundings =
        heavy.then(|| surround(&mut launches, &request, options.distances)).transpose()?;
    let plan = Plan {
        request,
        launches,
        memory: options.conditions.sizes(),
        throttles_init: options.conditions.throttle_init,
        caches: options.conditions.caches(),
        runs: options.conditions.runs(),
        seed: options.seed.map_or_else(clock_seed, Ok)?,
        counts_instructions: options.instructions,
        checks_itself: options.self_check,
    };
    eprintln!("{} runs in shuffled order, --seed {}", plan.runs, plan.seed);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let (figures, end) = runtime.context("tokio cannot start")?.block_on(rounds::run(&plan));
    finish(options, &plan, figures, end)
}

/// Reports what there is, also of a run that was cut short.
fn finish(options: &Options, plan: &Plan, figures: Figures, end: Result<()>) -> Result<()> {
    let report = report(options, plan, figures);
    for summary in summary(&report) {
        println!("\n{}\n{}", summary.title, summary.table);
        for note in summary.notes {
            println!("  {note}");
        }
    }
    for sentence in self_check::sentences(&report).into_iter().chain(not_evicted(plan, &report)) {
        println!("  {sentence}");
    }
    match end {
        Ok(()) => options.outputs.write(&report),
        Err(error) => {
            options.outputs.write_figures(&report, None)?;
            Err(error)
        }
    }
}

fn report(options: &Options, plan: &Plan, figures: Figures) -> Report {
    let machine = Machine::here()
        .with("runs", plan.runs)
        .with("seed", plan.seed)
        .with("throttled_init", plan.throttles_init)
        .with("page_cache", plan.caches.iter().map(|cache| cache.name()).collect::<Vec<_>>());
    let cases = plan.titles();
    let names: Vec<&str> = cases.iter().map(|(name, _)| name.as_str()).collect();
    Report {
        rows: figures.into_rows(&names, &plan.names()),
        work: "cold",
        headline: Metric::FirstResponseMs,
        baseline: options.outputs.baseline.clone(),
        cases,
        machine,
    }
}

/// Says which starts should have read from the disk and did not.
fn not_evicted(plan: &Plan, report: &Report) -> Vec<String> {
    let case = plan.case(Cached::Cold);
    let found_in_memory = |row: &&Row| {
        row.case == case && row.metric == Metric::MajorFaults && row.samples.max() == 0.0
    };
    let sentence = |row: &Row| {
        format!(
            "{} was not evicted: no start read from the disk. Its file system keeps files in \
             memory, or another process has mapped them; its figures are those of a warm start",
            row.contender
        )
    };
    report.rows.iter().filter(found_in_memory).map(sentence).collect()
}

/// A seed that can be typed in again.
fn clock_seed() -> Result<u64> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock is before 1970")?;
    Ok(now.as_secs() % 1_000_000)
}

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interrupted: the report holds what was measured until then")
    }
}

impl std::error::Error for Interrupted {}
