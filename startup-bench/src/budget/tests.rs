//! Budgets of a report with fixed figures.

use super::*;
use crate::report::Metric;
use crate::report::fixture::report;
use crate::statistics::Samples;

fn recorded() -> File {
    File::parse(&record(Path::new("/nonexistent/budget.toml"), &report()).unwrap()).unwrap()
}

fn bad(file: &File, report: &Report) -> Vec<String> {
    let verdicts = judge(file, report).into_iter().filter(|verdict| !verdict.is_kept());
    verdicts.map(|verdict| verdict.to_string()).collect()
}

/// The report with each figure of a metric of lambdafy changed by a factor.
fn changed(metric: Metric, factor: f64) -> Report {
    let mut report = report();
    for row in &mut report.rows {
        if row.contender == "lambdafy" && row.metric == metric {
            let values = row.samples.taken().iter().map(|value| value * factor);
            row.samples = Samples::collect(values).unwrap();
        }
    }
    report
}

#[test]
fn the_file_is_read_by_people_and_has_no_absolute_time() {
    let text = recorded().to_string();
    insta::assert_snapshot!("budget", text);
}

#[test]
fn the_same_figures_keep_their_own_budget() {
    assert_eq!(bad(&recorded(), &report()), Vec::<String>::new());
}

#[test]
fn a_ratio_that_got_worse_is_named_with_both_figures() {
    let bad = bad(&recorded(), &changed(Metric::FirstResponseMs, 1.5));
    assert_eq!(bad.len(), 2, "{bad:#?}");
    insta::assert_snapshot!("worse", bad.join("\n"));
}

/// The report with a round in two of lambdafy's first responses taking so many times as long.
fn scattered(factor: f64) -> Report {
    let mut report = report();
    for row in &mut report.rows {
        if row.contender == "lambdafy" && row.metric == Metric::FirstResponseMs {
            let values = row.samples.taken().iter().enumerate();
            let values =
                values.map(|(at, value)| if at % 2 == 0 { value * factor } else { *value });
            row.samples = Samples::collect(values).unwrap();
        }
    }
    report
}

#[test]
fn what_scatters_by_more_than_its_tolerance_makes_no_limit_and_replaces_none() {
    let (_folder, path) = Folder::new("noise");
    let of_first_response = |file: &File| -> Vec<Limit> {
        let limits = file.limits.iter().filter(|limit| limit.metric == Metric::FirstResponseMs);
        limits.filter(|limit| limit.contender == "lambdafy").cloned().collect()
    };
    let again = File::parse(&record(&path, &scattered(2.0)).unwrap()).unwrap();
    assert_eq!(of_first_response(&again), of_first_response(&recorded()));
    assert_eq!(again.limits.len(), recorded().limits.len());
    std::fs::remove_file(&path).unwrap();
    let first = File::parse(&record(&path, &scattered(2.0)).unwrap()).unwrap();
    assert_eq!(of_first_response(&first), []);
    assert_eq!(first.limits.len(), recorded().limits.len() - 2);
}

#[test]
fn a_figure_that_may_as_well_be_within_the_budget_is_not_called_worse() {
    let bad = bad(&recorded(), &scattered(1.6));
    assert_eq!(bad.len(), 2, "{bad:#?}");
    for line in bad {
        assert!(line.contains("UNSURE") && line.contains("with more runs"), "{line}");
    }
}

#[test]
fn a_larger_binary_is_over_budget() {
    let bad = bad(&recorded(), &changed(Metric::BinaryBytes, 1.03));
    assert!(bad[0].contains("WORSE   cold hello 1769 MB lambdafy binary_bytes"), "{bad:#?}");
}

#[test]
fn what_is_within_the_tolerance_or_better_is_kept() {
    for factor in [1.01, 0.5] {
        assert!(bad(&recorded(), &changed(Metric::BinaryBytes, factor)).is_empty());
        assert!(bad(&recorded(), &changed(Metric::NextMs, factor)).is_empty());
    }
    let better = judge(&recorded(), &changed(Metric::NextMs, 0.5));
    assert!(better.iter().any(|verdict| verdict.to_string().contains("better  cold hello")));
}

#[test]
fn a_contender_that_was_not_measured_does_not_pass() {
    let mut report = report();
    report.rows.retain(|row| row.contender != "web-adapter");
    let bad = bad(&recorded(), &report);
    assert!(!bad.is_empty());
    assert!(bad.iter().all(|line| line.contains("MISSING") && line.contains("web-adapter")));
}

/// A folder with the budget of the report.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(test: &str) -> (Self, std::path::PathBuf) {
        let name = format!("startup-bench-budget-{test}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("budget.toml");
        std::fs::write(&path, recorded().to_string()).unwrap();
        (Self(folder), path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

#[test]
fn a_budget_without_a_limit_for_this_command_does_not_pass() {
    let (_folder, path) = Folder::new("other");
    let mut report = report();
    report.work = "loop";
    let error = hold(&path, &report).unwrap_err().to_string();
    assert!(error.contains("has no limit for `loop`, so nothing was checked"), "{error}");
}

#[test]
fn a_new_record_leaves_the_limits_of_other_commands_alone() {
    let (_folder, path) = Folder::new("record");
    let before = recorded().limits.len();
    let mut report = report();
    report.work = "loop";
    let both = File::parse(&record(&path, &report).unwrap()).unwrap();
    assert_eq!(both.limits.len(), 2 * before);
    assert_eq!(both.limits.iter().filter(|limit| limit.work == "cold").count(), before);
}

#[test]
fn a_limit_may_have_a_tolerance_of_its_own_which_a_new_record_keeps() {
    let (_folder, path) = Folder::new("tolerance");
    let text =
        recorded().to_string().replacen("value = 1459304 ", "value = 1, tolerance = 0.5 ", 1);
    std::fs::write(&path, text).unwrap();
    let again = record(&path, &report()).unwrap();
    assert!(again.contains("value = 1459304, tolerance = 0.5 }"), "{again}");
    assert_eq!(again.matches("tolerance = 0.5").count(), 1);
}

#[test]
fn a_wrong_file_is_refused_with_the_reason() {
    let limit = |rest: &str| {
        format!(r#"limits = [{{ work = "cold", case = "hello", contender = "lambdafy", {rest} }}]"#)
    };
    for (text, reason) in [
        (limit(r#"metric = "speed", value = 1"#), "no metric speed; there are: instructions,"),
        (limit(r#"metric = "next_ms", value = 1.2"#), "holds on one machine only"),
        (limit(r#"metric = "next_ms", ratio = 1.2"#), "needs either `value`, or `of` and `ratio`"),
        (limit(r#"metric = "rss_kb", worth = 1"#), "unknown field `worth`"),
        ("limits = ".to_owned(), "expected TOML"),
        ("[tolerance]\ntime = 1\n".to_owned(), "unknown field `time`"),
    ] {
        let error = format!("{:#}", File::parse(&text).unwrap_err());
        assert!(error.contains(reason), "{text}: {error}");
    }
}
