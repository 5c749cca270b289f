//! `startup-bench aws`: the cold starts of functions on real Lambda.

mod function;
mod interrupt;
mod log_report;
mod options;
mod rounds;
mod sdk_error;

use anyhow::{Context, Result};

use self::function::Function;
use self::interrupt::Interrupt;
use self::log_report::LogReport;
pub(crate) use self::options::Options;
use self::rounds::Measured;
use crate::report::{Machine, Metric, Report, Row, summary};
use crate::statistics::Samples;

/// The cases, with their titles.
const COLD: (&str, &str) = ("cold", "cold start on Lambda");
const WARM: (&str, &str) = ("warm", "warm invocation on Lambda");

/// Measures, and leaves the functions as they were.
///
/// # Errors
/// If a function can't be configured or invoked, or fails.
pub(crate) fn run(options: &Options) -> Result<()> {
    options.outputs.check()?;
    let event = options.event()?;
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("tokio cannot start")?
        .block_on(measure(options, &event))
}

async fn measure(options: &Options, event: &[u8]) -> Result<()> {
    let interrupt = Interrupt::catch()?;
    let client = options.client().await?;
    let mut functions = Vec::new();
    for name in &options.functions {
        let function = Function::find(client.clone(), name.clone(), options.way());
        functions.push(interrupt.unless(function).await?);
    }
    let mut measured: Vec<Measured> = functions.iter().map(|_| Measured::default()).collect();
    let done = rounds::run(options, &functions, event, &interrupt, &mut measured).await;
    let restored = restore(&functions, &interrupt).await;
    let report = report(options, &functions, &measured);
    for summary in summary(&report) {
        println!("\n{}\n{}", summary.title, summary.table);
        for note in summary.notes {
            println!("  {note}");
        }
    }
    let error = match (done, restored) {
        (Ok(()), Ok(())) => return options.outputs.write(&report),
        (Ok(()), Err(error)) | (Err(error), Ok(())) => error,
        (Err(error), Err(worse)) => error.context(format!("{worse:#}")),
    };
    options.outputs.write_figures(&report, None)?;
    Err(error)
}

/// Restores all functions, whatever happens with one of them.
async fn restore(functions: &[Function], interrupt: &Interrupt) -> Result<()> {
    if functions.iter().any(Function::is_forced) {
        eprintln!("restoring the environment");
    }
    let before = interrupt.count();
    let mut restored = Ok(());
    for function in functions {
        let one = interrupt.unless_again(before, function.restore()).await;
        let one = one.with_context(|| function.left_behind());
        if restored.is_ok() {
            restored = one;
        }
    }
    restored
}

fn report(options: &Options, functions: &[Function], measured: &[Measured]) -> Report {
    let pairs = || functions.iter().zip(measured);
    let cold = pairs().flat_map(|(function, measured)| rows(COLD.0, function, &measured.cold));
    let warm = pairs().flat_map(|(function, measured)| rows(WARM.0, function, &measured.warm));
    let mut platforms: Vec<&str> = functions.iter().map(|one| one.platform.as_str()).collect();
    platforms.dedup();
    Report {
        work: "aws",
        headline: Metric::FirstResponseMs,
        baseline: options.baseline(),
        cases: [COLD, WARM].map(|(name, title)| (name.to_owned(), title.to_owned())).into(),
        rows: cold.chain(warm).collect(),
        machine: Machine::at(format!("AWS Lambda, {}", platforms.join("; ")))
            .with("runs", options.runs),
    }
}

/// The figures of one function's invocations, each metric that Lambda reported.
fn rows(case: &str, function: &Function, reports: &[LogReport]) -> Vec<Row> {
    type Figure = fn(&LogReport) -> Option<f64>;
    let figures: [(Metric, Figure); 6] = [
        (Metric::NextMs, |report| report.init_ms),
        (Metric::RestoreMs, |report| report.restore_ms),
        (Metric::DurationMs, |report| report.duration_ms),
        (Metric::FirstResponseMs, first_response_ms),
        (Metric::BilledMs, |report| report.billed_ms),
        (Metric::MaxMemoryMb, |report| report.max_memory_mb),
    ];
    let row = |(metric, figure): (Metric, Figure)| {
        Some(Row {
            case: case.to_owned(),
            contender: function.name.clone(),
            memory_mb: function.memory_mb,
            metric,
            samples: Samples::collect(reports.iter().filter_map(figure))?,
        })
    };
    figures.into_iter().filter_map(row).collect()
}

/// A start and the invocation after it; `None` for a warm one.
fn first_response_ms(report: &LogReport) -> Option<f64> {
    Some(report.init_ms.or(report.restore_ms)? + report.duration_ms?)
}
