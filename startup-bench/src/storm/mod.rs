//! `startup-bench storm`: a database with few slots under sandboxes that end without warning.

mod contender;
mod figures;
mod ledger;
mod lives;
mod picture;
mod plan;
mod rounds;
mod server;
mod sockets;
mod watch;

use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::contenders::System;
use crate::report::{Machine, Metric, Outputs, Report, summary};
use contender::Contender;
pub(crate) use plan::End;
use plan::Plan;
use rounds::Storm;

/// Options of `startup-bench storm`.
#[derive(Debug, clap::Args)]
#[command(mut_arg("baseline", |baseline| baseline.default_value("sqlx")))]
pub(crate) struct Options {
    /// The database system: the machine's own MariaDB or PostgreSQL, in a temporary folder.
    #[arg(long, value_enum)]
    db: System,
    /// Only these contenders. [default: lambdafy, sqlx and the rivals; an unknown name lists all]
    #[arg(long = "contender", value_name = "NAME")]
    contenders: Vec<String>,
    /// Also this executable, which speaks the Runtime API, finds DATABASE_URL in its environment and
    /// answers POST /N by writing the number N into the table `written`; without --contender, only such.
    #[arg(long = "program", value_name = "NAME=PATH")]
    programs: Vec<String>,
    /// How many sandboxes live and end in all, each with one to five invocations.
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    sandboxes: u32,
    /// How many of them are alive at a time.
    #[arg(long, value_name = "N", default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..=250))]
    alive: u32,
    /// How many connections of applications the server takes.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(10..=10_000))]
    max_connections: u32,
    /// How sandboxes end.
    #[arg(long, value_enum, default_value = "silent")]
    end: End,
    /// Seconds that a sandbox stands frozen between two invocations.
    #[arg(long, value_name = "S", default_value = "0", value_parser = seconds)]
    freeze: Duration,
    /// Restarts the server once, so many seconds after the first sandbox.
    #[arg(long, value_name = "S", value_parser = seconds)]
    restart_server_at: Option<Duration>,
    /// Seconds that an invocation may take.
    #[arg(long, value_name = "S", default_value = "3", value_parser = seconds)]
    deadline: Duration,
    /// How often each contender goes through it, in turn.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    runs: u32,
    /// Decides how many invocations each sandbox has; the same for every contender.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    outputs: Outputs,
}

/// Measures and reports.
///
/// # Errors
/// If a contender can't be built or the database server does not start; if the report can't be written
/// or does not keep its budget. Contenders that fail are in the report.
pub(crate) fn run(options: &Options) -> Result<()> {
    options.outputs.check()?;
    ensure!(!options.deadline.is_zero(), "--deadline 0 leaves no time for anything");
    let contenders = contender::choose(&options.contenders, &options.programs, options.db)?;
    let plan = Plan {
        system: options.db,
        sandboxes: options.sandboxes,
        alive: options.alive.min(options.sandboxes),
        slots: options.max_connections,
        end: options.end,
        freeze: options.freeze,
        restart_at: options.restart_server_at,
        deadline: options.deadline,
        runs: options.runs,
        seed: options.seed,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.context("tokio cannot start")?;
    let (storms, end) = runtime.block_on(rounds::run(&plan, &contenders));
    finish(options, &plan, &contenders, &storms, end)
}

/// Reports what there is, also of a run that was cut short.
fn finish(
    options: &Options,
    plan: &Plan,
    contenders: &[Contender],
    storms: &[Storm],
    end: Result<()>,
) -> Result<()> {
    let report = Report {
        work: "storm",
        headline: Metric::P50Us,
        baseline: options.outputs.baseline.clone(),
        cases: vec![(plan.case(), plan.title())],
        rows: figures::rows(plan, contenders, storms),
        machine: machine(plan),
    };
    for summary in summary(&report) {
        println!("\n{}\n{}", summary.title, summary.table);
    }
    for sentence in figures::failures(storms) {
        println!("  {sentence}");
    }
    let picture = picture::text(plan, storms, &report.machine);
    match end {
        Ok(()) => options.outputs.write_with(&report, Some(&picture)),
        Err(error) => {
            options.outputs.write_figures(&report, Some(&picture))?;
            Err(error)
        }
    }
}

fn machine(plan: &Plan) -> Machine {
    Machine::here()
        .with("runs", plan.runs)
        .with("seed", plan.seed)
        .with("sandboxes", plan.sandboxes)
        .with("alive", plan.alive)
        .with("max_connections", plan.slots)
        .with("deadline_s", plan.deadline.as_secs_f64())
}

/// A time on the command line.
fn seconds(text: &str) -> Result<Duration, String> {
    let number: f64 = text.parse().map_err(|_| format!("'{text}' is no number of seconds"))?;
    match Duration::try_from_secs_f64(number) {
        Ok(time) if number <= 86_400.0 => Ok(time),
        _ => Err("from 0 to 86400".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_number_of_seconds_up_to_a_day() {
        assert_eq!(seconds("2.5"), Ok(Duration::from_millis(2_500)));
        for wrong in ["-1", "soon", "NaN", "inf", "1e9"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
