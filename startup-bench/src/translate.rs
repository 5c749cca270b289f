//! `startup-bench translate`: what an adapter costs per event, in process.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::answer;
use crate::cases::{self, Case};
use crate::contenders::{self, App, IGNORE_STAGE, PRODUCT, Program, ROUTER};
use crate::progress::Progress;
use crate::report::{Machine, Metric, Outputs, Report, Row, Table, median, number};
use crate::scratch::Scratch;
use crate::statistics::Samples;
use crate::targets;
use crate::valgrind;

/// Options of `startup-bench translate`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only these cases.
    #[arg(long = "case", value_name = "NAME")]
    cases: Vec<String>,
    /// Only these contenders.
    #[arg(long = "contender", value_name = "NAME")]
    contenders: Vec<String>,
    #[command(flatten)]
    outputs: Outputs,
}

/// How long a contender's time is taken, per round.
const TIMED_NS: f64 = 150e6;
/// Rounds of taking the time.
const ROUNDS: usize = 5;

pub(crate) fn run(options: &Options) -> Result<()> {
    options.outputs.check()?;
    let cases = cases::select(cases::TRANSLATE, &options.cases)?;
    let programs = contenders::build(&contenders::translators(&options.contenders)?, App::Hello)?;
    let scratch = Scratch::new()?;
    let mut progress = Progress::new(cases.len() * programs.len());
    let mut rows = Vec::new();
    for case in &cases {
        let (event, expected) = case.build()?;
        let file = scratch.write("event.json", &event)?;
        for program in &programs {
            progress.step(&format!("{} {}", case.name, program.contender.name));
            let measurement = Measurement { case, program, event: &file };
            let measured = measurement.take(&expected);
            rows.extend(
                measured
                    .with_context(|| format!("{} in case {}", program.contender.name, case.name))?,
            );
        }
        print(case, event.len(), &programs, &options.outputs.baseline, &rows);
    }
    options.outputs.write(&Report {
        work: "translate",
        headline: Metric::Instructions,
        baseline: options.outputs.baseline.clone(),
        cases: cases::titles(&cases),
        rows,
        machine: Machine::here(),
    })
}

/// One contender in one case.
struct Measurement<'a> {
    case: &'a Case,
    program: &'a Program,
    event: &'a Path,
}

impl Measurement<'_> {
    fn take(&self, expected: &[u8]) -> Result<Vec<Row>> {
        let result = self.translate(1)?.stdout;
        if self.program.has_result() {
            answer::check(&result, expected)?;
        } else if result != expected {
            bail!("the router answered something else");
        }
        let (few, many) = if self.case.weight == 1 { (40, 140) } else { (3, 6) };
        let per_event = |few_count: u64, many_count: u64| {
            difference(few_count, many_count) / f64::from(many - few)
        };

        let path = &self.program.launch.program;
        let instructions = |events| valgrind::instructions(path, self.event, events);
        let heap = |events| valgrind::heap(path, self.event, events);
        let (idle, less, more) = (heap(0)?, heap(few)?, heap(many)?);
        Ok(vec![
            self.row(
                Metric::Instructions,
                Samples::new(per_event(instructions(few)?, instructions(many)?), []),
            ),
            self.row(Metric::Allocations, Samples::new(per_event(less.blocks, more.blocks), [])),
            self.row(Metric::PeakHeapBytes, Samples::new(difference(idle.peak, more.peak), [])),
            self.row(Metric::TimeNs, self.time()?),
        ])
    }

    /// Wall time per event: each round is the median of its ten stretches.
    fn time(&self) -> Result<Samples> {
        let trial = ns_per_event(&self.translate(10)?.stderr)?;
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 10 and a million"
        )]
        let events = (TIMED_NS / trial).clamp(10.0, 1e6) as u32;
        let round = || ns_per_event(&self.translate(events)?.stderr);
        let others: Vec<f64> = (1..ROUNDS).map(|_| round()).collect::<Result<_>>()?;
        Ok(Samples::new(round()?, others))
    }

    fn translate(&self, events: u32) -> Result<std::process::Output> {
        let path = &self.program.launch.program;
        let output = Command::new(path)
            .arg("translate")
            .arg(self.event)
            .arg(events.to_string())
            .envs([IGNORE_STAGE])
            .output()
            .with_context(|| format!("can't start {}", path.display()))?;
        if !output.status.success() {
            bail!("{} failed: {}", path.display(), String::from_utf8_lossy(&output.stderr));
        }
        Ok(output)
    }

    fn row(&self, metric: Metric, samples: Samples) -> Row {
        let (case, contender) = (self.case.name.into(), self.program.contender.name.into());
        Row { case, contender, memory_mb: None, metric, samples }
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn difference(less: u64, more: u64) -> f64 {
    more as f64 - less as f64
}

/// The median that a contender's harness printed.
fn ns_per_event(stderr: &[u8]) -> Result<f64> {
    let text = String::from_utf8_lossy(stderr);
    let median =
        text.lines().find_map(|line| line.strip_prefix("ns_per_event ")?.split(' ').next());
    median.and_then(|number| number.parse().ok()).context("the contender printed no ns_per_event")
}

fn print(case: &Case, event: usize, programs: &[Program], baseline: &str, rows: &[Row]) {
    let ratio = format!("of {baseline}");
    let heading = [
        "",
        "instructions",
        &ratio,
        "allocations",
        "above router",
        "peak heap",
        "of event",
        "ns/event",
        "from",
        "to",
    ];
    let mut table = Table::new(heading.map(str::to_owned).into());
    for program in programs {
        table.push(line(case.name, program.contender.name, event, baseline, rows));
    }
    println!("\n{}: {} ({} byte event)\n{table}", case.name, case.title, number(size(event)));
    for target in targets::translate(case.name) {
        let of = |contender: &str| median(rows, case.name, contender, target.metric);
        if let Some(verdict) = of(PRODUCT).and_then(|figure| target.judge(figure, event, of)) {
            println!("  {PRODUCT} {verdict}");
        }
    }
}

fn line(case: &str, contender: &str, event: usize, baseline: &str, rows: &[Row]) -> Vec<String> {
    let figure = |contender, metric| median(rows, case, contender, metric);
    let own = |metric| figure(contender, metric);
    let cell = |value: Option<f64>| value.map_or_else(String::new, number);
    let share = |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.3}"));
    let against = |metric, other| Some((own(metric)?, figure(other, metric)?));
    let time = rows.iter().find(|row| {
        (row.case.as_str(), row.contender.as_str(), row.metric) == (case, contender, Metric::TimeNs)
    });
    vec![
        contender.to_owned(),
        cell(own(Metric::Instructions)),
        share(against(Metric::Instructions, baseline).map(|(mine, other)| mine / other)),
        cell(own(Metric::Allocations)),
        cell(against(Metric::Allocations, ROUTER).map(|(mine, router)| mine - router)),
        cell(own(Metric::PeakHeapBytes)),
        share(own(Metric::PeakHeapBytes).map(|bytes| bytes / size(event))),
        cell(own(Metric::TimeNs)),
        cell(time.map(|row| row.samples.min())),
        cell(time.map(|row| row.samples.max())),
    ]
}

#[allow(clippy::cast_precision_loss, reason = "an event has at most 6 MiB")]
fn size(event: usize) -> f64 {
    event as f64
}
