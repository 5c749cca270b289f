//! `startup-bench loop`: what a whole invocation costs the function's process.

mod api;
mod http;
mod server;

use anyhow::{Context, Result};

use crate::cases::{self, Case};
use crate::contenders::{self, App, LAMBDA_HTTP_CURRENT, PRODUCT, Program};
use crate::process::{Cores, Function, LOG, Sharing};
use crate::progress::Progress;
use crate::report::{Machine, Metric, Outputs, Report, Row, Table, median, number};
use crate::scratch::Scratch;
use crate::statistics::Samples;
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
    #[command(flatten)]
    outputs: Outputs,
}

/// What is measured.
const METRICS: [Metric; 4] =
    [Metric::CpuUs, Metric::Connections, Metric::VoluntarySwitches, Metric::RssKb];

type Figures = [f64; METRICS.len()];

pub(crate) fn run(options: &Options) -> Result<()> {
    options.outputs.check()?;
    let cases = cases::select(cases::LOOP, &options.cases)?;
    let programs =
        contenders::build(&contenders::functions(&options.contenders, App::Hello)?, App::Hello)?;
    let scratch = Scratch::new()?;
    let cores = Cores::claim(options.cores);
    if cores.is_none() {
        eprintln!("can't pin to cores here: the bench and the contender run where they like");
    }
    let rounds = options.rounds as usize;
    let mut progress = Progress::new(cases.len() * programs.len() * rounds);
    let mut rows = Vec::new();
    for case in &cases {
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
        print(case, &work, &programs, &options.outputs.baseline, &rows);
    }
    options.outputs.write(&Report {
        work: "loop",
        headline: Metric::CpuUs,
        baseline: options.outputs.baseline.clone(),
        cases: cases::titles(&cases),
        rows,
        machine: Machine::here()
            .with("runs", options.rounds)
            .with("cores_used", options.cores.name()),
    })
}

/// One start of one contender.
fn measure(
    program: &Program,
    work: &Work,
    cores: Option<Cores>,
    scratch: &Scratch,
) -> Result<Figures> {
    let api = RuntimeApi::start(work)?;
    let mut function = Function::start(&program.launch, api.address(), cores, scratch)?;
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
    let row = |(at, &metric): (usize, &Metric)| {
        let samples = Samples::collect(figures.iter().map(|figures| figures[at]))?;
        let (case, contender) = (case.name.to_owned(), program.contender.name.to_owned());
        Some(Row { case, contender, memory_mb: None, metric, samples })
    };
    METRICS.iter().enumerate().filter_map(row).collect()
}

fn print(case: &Case, work: &Work, programs: &[Program], baseline: &str, rows: &[Row]) {
    let of_baseline = format!("of {baseline}");
    let heading = [
        "",
        "CPU us",
        "min",
        "max",
        &of_baseline,
        "of current-thread",
        "connections",
        "switches",
        "peak RSS kB",
    ];
    let mut table = Table::new(heading.map(str::to_owned).into());
    for program in programs {
        table.push(line(case.name, program.contender.name, baseline, rows));
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

fn line(case: &str, contender: &str, baseline: &str, rows: &[Row]) -> Vec<String> {
    let cell = |value: Option<f64>| value.map_or_else(String::new, number);
    let own = |metric| cell(median(rows, case, contender, metric));
    let cpu = rows.iter().find(|row| {
        (row.case.as_str(), row.contender.as_str(), row.metric) == (case, contender, Metric::CpuUs)
    });
    let share = |other| {
        let ratio = cpu
            .and_then(|row| Some(row.samples.median() / median(rows, case, other, Metric::CpuUs)?));
        ratio.map_or_else(String::new, |ratio| format!("{ratio:.3}"))
    };
    vec![
        contender.to_owned(),
        own(Metric::CpuUs),
        cell(cpu.map(|row| row.samples.min())),
        cell(cpu.map(|row| row.samples.max())),
        share(baseline),
        share(LAMBDA_HTTP_CURRENT),
        own(Metric::Connections),
        own(Metric::VoluntarySwitches),
        own(Metric::RssKb),
    ]
}

#[allow(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn to_f64(count: u64) -> f64 {
    count as f64
}
