//! A report with fixed figures for tests: two cases of a cold start, made up with the scatter of real ones.

use super::{Machine, Metric, Report, Row};
use crate::random::Random;
use crate::statistics::Samples;

/// Contender, first response in ms, how far it scatters, minor faults, bytes of the binary.
type Contender = (&'static str, f64, f64, f64, f64);

const HELLO: [Contender; 4] = [
    ("lambda_http", 1.37, 0.06, 175.0, 2_712_104.0),
    ("axum-aws-lambda", 1.41, 0.06, 176.0, 2_731_880.0),
    ("web-adapter", 2.65, 0.22, 319.0, 5_137_408.0),
    ("lambdafy", 0.84, 0.04, 104.0, 1_459_304.0),
];
const EVICTED: [Contender; 3] = [
    ("lambda_http", 9.1, 0.9, 171.0, 2_712_104.0),
    ("web-adapter", 17.9, 2.1, 315.0, 5_137_408.0),
    ("lambdafy", 5.6, 0.5, 101.0, 1_459_304.0),
];
const RUNS: usize = 20;

/// The report.
pub(crate) fn report() -> Report {
    let mut random = Random::new(3);
    let mut rows = Vec::new();
    for contender in HELLO {
        rows.extend(of(&mut random, "hello", Some(1769), contender));
    }
    for contender in EVICTED {
        rows.extend(of(&mut random, "hello-evicted", Some(1769), contender));
    }
    Report {
        work: "cold",
        headline: Metric::FirstResponseMs,
        baseline: "lambda_http".to_owned(),
        cases: vec![
            ("hello".to_owned(), "hello app, warm page cache".to_owned()),
            ("hello-evicted".to_owned(), "hello app, evicted from the page cache".to_owned()),
        ],
        rows,
        machine: machine(),
    }
}

fn machine() -> Machine {
    Machine::unknown()
        .with("os", "linux")
        .with("arch", "x86_64")
        .with("kernel", "6.18.44")
        .with("cpu", "AMD EPYC 9R14")
        .with("cores", 2)
        .with("rustc", "rustc 1.95.0 (abcdef012 2026-04-14)")
        .with("valgrind", None::<String>)
        .with("commit", "90dba0a55b")
        .with("date", "2026-03-12T09:42:00Z")
        .with("versions", serde_json::json!({ "axum": "0.8.9", "lambda_http": "1.3.2" }))
        .with("runs", RUNS)
        .with("seed", 3)
}

fn of(
    random: &mut Random,
    case: &str,
    memory_mb: Option<u32>,
    (contender, median, scatter, faults, bytes): Contender,
) -> Vec<Row> {
    let times: Vec<f64> = (0..RUNS).map(|_| median + scatter * tail(random)).collect();
    let next = times.iter().map(|time| thousandths(time * 0.83)).collect();
    let figures = [
        (Metric::FirstResponseMs, times.iter().copied().map(thousandths).collect()),
        (Metric::NextMs, next),
        (Metric::MinorFaults, vec![faults; RUNS]),
        (Metric::BinaryBytes, vec![bytes]),
    ];
    let row = |(metric, values): (Metric, Vec<f64>)| Row {
        case: case.to_owned(),
        contender: contender.to_owned(),
        memory_mb,
        metric,
        samples: Samples::collect(values).unwrap(),
    };
    figures.into_iter().map(row).collect()
}

/// From -1 on, mostly small, now and then large: what start-up times look like.
fn tail(random: &mut Random) -> f64 {
    let share = f64::from(u32::try_from(random.next() >> 32).unwrap()) / f64::from(u32::MAX);
    if share > 0.97 { 9.0 } else { -(1.0 - share).ln() - 0.7 }
}

fn thousandths(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}
