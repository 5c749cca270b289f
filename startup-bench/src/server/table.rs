//! One table of all figures, each beside the rival's and beside what is to be reached.

use super::contender::{BLOG_DEMO, GHOST};
use crate::report::{Report, Table, number};
use crate::statistics::Samples;
use crate::targets;

/// Of a report of this command; each of blog-demo's figures has a row.
pub(super) fn table(report: &Report) -> Table {
    let heading = ["", "", GHOST, BLOG_DEMO, "of ghost's", "to reach", ""];
    let mut table = Table::new(heading.map(str::to_owned).to_vec());
    for panel in report.panels() {
        let targets = targets::server(&panel.case);
        for metric in report.metrics(&panel) {
            let of = |name: &str| report.samples(&panel, name, metric);
            let (own, rival) = (of(BLOG_DEMO), of(GHOST));
            let ratio = report.ratio(&panel, BLOG_DEMO, GHOST, metric);
            let ratio = ratio.map(|ratio| ratio.median());
            let target = targets.iter().find(|target| target.metric == metric);
            let verdict = target.zip(own).and_then(|(target, own)| {
                let own = own.median();
                // By the ratio of this table, of figures that were taken one after the other.
                target.judge(own, 0, |_| ratio.map(|ratio| own / ratio))
            });
            let median = |samples: &Samples| number(samples.median());
            table.push(vec![
                report.title(&panel),
                metric.heading().to_owned(),
                rival.map(median).unwrap_or_default(),
                own.map(median).unwrap_or_default(),
                ratio.map(share).unwrap_or_default(),
                target.map(|target| target.limit.to_string()).unwrap_or_default(),
                verdict.map(|verdict| verdict.word().to_owned()).unwrap_or_default(),
            ]);
        }
    }
    table
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
    use crate::report::{Machine, Metric, Row};
    use crate::server::{FUNCTIONS, MYSQL};

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
        has(&["first response", "1/100.0", "at most 1/60 of ghost", "met"]);
        has(&["requests", "18.0 times", "at least 20 times ghost", "MISSED"]);
        has(&["connections", "at most 1 ", "met"]);
        has(&["512 MB", "251", "at most 250", "MISSED"]);
    }
}
