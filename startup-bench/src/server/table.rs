//! One table of all figures, each beside the rival's and beside what is to be reached.

use crate::report::{Metric, Report, Table, number};

use super::contender::{BLOG_DEMO, GHOST};
use super::{FUNCTIONS, MYSQL};

/// What `blog-demo` is held to.
#[derive(Clone, Copy, Debug)]
enum Target {
    /// At most this share of Ghost's.
    Share(f64),
    /// At least so many times Ghost's.
    Times(f64),
    /// At most so much.
    AtMost(f64),
}

/// Of a metric in a case, if there is one.
fn target(case: &str, metric: Metric) -> Option<Target> {
    let is_function = FUNCTIONS.iter().any(|(name, _)| *name == case);
    match metric {
        Metric::FirstResponseMs if is_function => Some(Target::AtMost(250.0)),
        _ if is_function => None,
        Metric::FirstResponseMs => Some(Target::Share(1.0 / 60.0)),
        Metric::RssKb => Some(Target::Share(0.1)),
        Metric::RequestsPerS => Some(Target::Times(20.0)),
        Metric::Queries if case == MYSQL => Some(Target::AtMost(3.0)),
        Metric::Connections if case == MYSQL => Some(Target::AtMost(1.0)),
        _ => None,
    }
}

/// Of a report of this command; each of blog-demo's figures has a row.
pub(super) fn table(report: &Report) -> Table {
    let heading = ["", "", GHOST, BLOG_DEMO, "of ghost's", "to reach", ""];
    let mut table = Table::new(heading.map(str::to_owned).to_vec());
    for panel in report.panels() {
        for metric in report.metrics(&panel) {
            let of = |name: &str| report.samples(&panel, name, metric);
            let (own, rival) = (of(BLOG_DEMO), of(GHOST));
            let ratio = report.ratio(&panel, BLOG_DEMO, GHOST, metric);
            let ratio = ratio.map(|ratio| ratio.median());
            let target = target(&panel.case, metric);
            let reached = target.zip(own).and_then(|(target, own)| {
                let is_reached = is_reached(target, own.median(), ratio)?;
                Some(if is_reached { "reached" } else { "missed" }.to_owned())
            });
            let median = |samples: &crate::statistics::Samples| number(samples.median());
            table.push(vec![
                report.title(&panel),
                metric.heading().to_owned(),
                rival.map(median).unwrap_or_default(),
                own.map(median).unwrap_or_default(),
                ratio.map(share).unwrap_or_default(),
                target.map(words).unwrap_or_default(),
                reached.unwrap_or_default(),
            ]);
        }
    }
    table
}

/// None without the rival's figure.
fn is_reached(target: Target, own: f64, ratio: Option<f64>) -> Option<bool> {
    Some(match target {
        Target::Share(most) => ratio? <= most,
        Target::Times(least) => ratio? >= least,
        Target::AtMost(most) => own <= most,
    })
}

fn words(target: Target) -> String {
    match target {
        Target::Share(most) => format!("at most 1/{:.0}", 1.0 / most),
        Target::Times(least) => format!("at least {least:.0} times"),
        Target::AtMost(most) => format!("at most {most:.0}"),
    }
}

/// As people say it.
fn share(ratio: f64) -> String {
    match ratio {
        0.0 => "0".to_owned(),
        small if small < 0.5 => format!("1/{:.1}", 1.0 / small),
        ratio => format!("{ratio:.1} times"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Machine, Row};
    use crate::statistics::Samples;

    #[test]
    fn each_figure_stands_beside_the_rivals_and_what_is_to_be_reached() {
        let row = |case: &str, contender: &str, memory_mb, metric, value| Row {
            case: case.to_owned(),
            contender: contender.to_owned(),
            memory_mb,
            metric,
            samples: Samples::new(value, []),
        };
        let report = Report {
            work: "server",
            headline: Metric::FirstResponseMs,
            baseline: GHOST.to_owned(),
            cases: super::super::cases(),
            rows: vec![
                row(MYSQL, GHOST, None, Metric::FirstResponseMs, 1600.0),
                row(MYSQL, BLOG_DEMO, None, Metric::FirstResponseMs, 16.0),
                row(MYSQL, GHOST, None, Metric::RequestsPerS, 50.0),
                row(MYSQL, BLOG_DEMO, None, Metric::RequestsPerS, 900.0),
                row(MYSQL, BLOG_DEMO, None, Metric::Connections, 1.0),
                row(FUNCTIONS[0].0, BLOG_DEMO, Some(512), Metric::FirstResponseMs, 251.0),
            ],
            machine: Machine::unknown(),
        };
        let text = table(&report).markdown();
        let has = |parts: &[&str]| {
            let found = text.lines().any(|line| parts.iter().all(|part| line.contains(part)));
            assert!(found, "{parts:?} in\n{text}");
        };
        has(&["first response", "1/100.0", "at most 1/60", "reached"]);
        has(&["requests", "18.0 times", "at least 20 times", "missed"]);
        has(&["connections", "at most 1", "reached"]);
        has(&["512 MB", "251", "at most 250", "missed"]);
    }
}
