//! `startup-bench loop`: what a whole invocation costs the function's process.

mod api;
mod http;
mod server;

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::cases::{self, Case};
use crate::contenders::{self, LAMBDA_HTTP, LAMBDA_HTTP_CURRENT, PRODUCT, Program};
use crate::process::{Cores, Function, LOG, Sharing};
use crate::progress::Progress;
use crate::report::{self, Row, Samples, Table, median, number};
use crate::scratch::Scratch;
use crate::targets;
use server::{RuntimeApi, Work};

/// Options of `startup-bench loop`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only these cases.
    #[arg(long = "case", value_name = "NAME")]
    cases: Vec<String>,
    /// Only these contenders.
    #[arg(long = "contender", value_name = "NAME")]
    contenders: Vec<String>,
    /// Measured invocations of hello; the other cases get as many as weigh the same.
    #[arg(long, default_value_t = 4_000, value_parser = clap::value_parser!(u32).range(1..))]
    invocations: u32,
    /// How often every contender is started, in turn.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// On how many cores the bench and the contender run: on one they take turns, on two the
    /// contender has its own.
    #[arg(long, value_enum, default_value = "one")]
    cores: Sharing,
    /// Also write the figures to this file.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// What is measured: the metric's name, its unit.
const METRICS: [(&str, &str); 4] =
    [("cpu_us", "us"), ("connections", "count"), ("voluntary_switches", "count"), ("rss_kb", "kB")];

type Figures = [f64; METRICS.len()];

pub(crate) fn run(options: &Options) -> Result<()> {
    let cases = cases::select(cases::LOOP, &options.cases)?;
    let programs = contenders::build(&contenders::functions(&options.contenders)?)?;
    let scratch = Scratch::new()?;
    let cores = Cores::claim(options.cores);
    if cores.is_none() {
        eprintln!("can't pin to cores here: the bench and the contender run where they like");
    }
    let rounds = options.rounds as usize;
    let mut progress = Progress::new(cases.len() * programs.len() * rounds);
    let mut rows = Vec::new();
    for case in cases {
        let measured = (options.invocations / case.weight).max(20);
        let (event, expected) = case.build()?;
        let work = Work { event, expected, warm_up: (measured / 10).max(10), measured };
        let mut figures: Vec<Vec<Figures>> = programs.iter().map(|_| Vec::new()).collect();
        for round in 0..rounds {
            // Each round begins with another contender, so that none always follows the same one.
            for place in 0..programs.len() {
                let at = (place + round) % programs.len();
                let program = &programs[at];
                progress.step(&format!("{} {}", case.name, program.contender.name));
                figures[at].push(measure(program, &work, cores, &scratch).with_context(|| {
                    format!("{} in case {}; {}", program.contender.name, case.name, log(&scratch))
                })?);
            }
        }
        rows.extend(
            programs
                .iter()
                .zip(&figures)
                .flat_map(|(program, figures)| as_rows(case, program, figures)),
        );
        print(case, &work, &programs, &rows);
    }
    options.json.as_ref().map_or(Ok(()), |path| report::write(path, &rows))
}

/// One start of one contender.
fn measure(
    program: &Program,
    work: &Work,
    cores: Option<Cores>,
    scratch: &Scratch,
) -> Result<Figures> {
    let api = RuntimeApi::start(work)?;
    let mut function = Function::start(program, api.address(), cores, scratch)?;
    api.wait_for_warm_up(|| function.has_ended())?;
    let before = function.usage()?;
    api.go_on();
    api.wait_for_end(|| function.has_ended())?;
    let after = function.usage()?;
    let invocations = f64::from(work.measured);
    Ok([
        (after.cpu - before.cpu).as_secs_f64() * 1e6 / invocations,
        f64::from(api.connections()),
        to_f64(after.voluntary_switches - before.voluntary_switches) / invocations,
        to_f64(after.peak_rss_kb),
    ])
}

fn log(scratch: &Scratch) -> String {
    let text = std::fs::read_to_string(scratch.path(LOG)).unwrap_or_default();
    format!("it printed: {}", text.chars().take(2_000).collect::<String>())
}

fn as_rows(case: &Case, program: &Program, figures: &[Figures]) -> Vec<Row> {
    let (case, contender) = (case.name, program.contender.name);
    let row = |(at, &(metric, unit)): (usize, &(&'static str, &'static str))| {
        let mut values = figures.iter().map(|figures| figures[at]);
        let samples = Samples::new(values.next()?, values);
        Some(Row { work: "loop", case, contender, metric, unit, samples })
    };
    METRICS.iter().enumerate().filter_map(row).collect()
}

fn print(case: &Case, work: &Work, programs: &[Program], rows: &[Row]) {
    let heading = [
        "",
        "CPU us",
        "min",
        "max",
        "of lambda_http",
        "of current-thread",
        "connections",
        "switches",
        "peak RSS kB",
    ];
    let mut table = Table::new(&heading);
    for program in programs {
        table.push(line(case.name, program.contender.name, rows));
    }
    println!(
        "\n{}: {} ({} measured invocations a round)\n{table}",
        case.name, case.title, work.measured
    );
    for target in targets::invocation_loop() {
        let of = |contender: &str| median(rows, case.name, contender, target.metric);
        if let Some(verdict) =
            of(PRODUCT).and_then(|figure| target.judge(figure, work.event.len(), of))
        {
            println!("  {PRODUCT} {verdict}");
        }
    }
}

fn line(case: &str, contender: &str, rows: &[Row]) -> Vec<String> {
    let cell = |value: Option<f64>| value.map_or_else(String::new, number);
    let own = |metric| cell(median(rows, case, contender, metric));
    let cpu = rows
        .iter()
        .find(|row| (row.case, row.contender, row.metric) == (case, contender, "cpu_us"));
    let share = |other| {
        let ratio =
            cpu.and_then(|row| Some(row.samples.median() / median(rows, case, other, "cpu_us")?));
        ratio.map_or_else(String::new, |ratio| format!("{ratio:.3}"))
    };
    vec![
        contender.to_owned(),
        own("cpu_us"),
        cell(cpu.map(|row| row.samples.min())),
        cell(cpu.map(|row| row.samples.max())),
        share(LAMBDA_HTTP),
        share(LAMBDA_HTTP_CURRENT),
        own("connections"),
        own("voluntary_switches"),
        own("rss_kb"),
    ]
}

#[allow(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn to_f64(count: u64) -> f64 {
    count as f64
}
