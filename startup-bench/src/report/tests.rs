//! Every form of output, of the same fixed report.

use super::fixture::report;
use super::{json, markdown, summary, svg};

#[test]
fn the_table_has_ratios_to_the_baseline_and_marks_outliers() {
    let text: String = summary(&report())
        .iter()
        .map(|summary| {
            format!("{}\n{}{}\n", summary.title, summary.table, summary.notes.join("\n"))
        })
        .collect();
    insta::assert_snapshot!("table", text);
}

#[test]
fn a_figure_taken_once_has_no_interval() {
    let mut report = report();
    report.headline = super::Metric::BinaryBytes;
    let heading = summary(&report)[0].table.markdown().lines().next().unwrap().to_owned();
    let expected =
        "|  | first response ms | next ms | minor faults | binary bytes | of lambda_http |";
    assert_eq!(heading, expected);
}

#[test]
fn of_failures_people_are_told_the_worst_run() {
    let mut report = report();
    for row in report.rows.iter_mut().filter(|row| row.metric == super::Metric::MinorFaults) {
        row.metric = super::Metric::Failed;
        row.samples = crate::statistics::Samples::new(0.0, [0.0, 2.0]);
    }
    let table = summary(&report)[0].table.markdown();
    let heading = table.lines().next().unwrap();
    let column = heading.split('|').position(|name| name.trim() == "failed").unwrap();
    for row in table.lines().skip(2) {
        assert_eq!(row.split('|').nth(column).unwrap().trim().trim_end_matches('*'), "2", "{row}");
    }
}

#[test]
fn markdown_can_be_pasted_into_a_readme() {
    insta::assert_snapshot!("markdown", markdown::text(&report()));
}

#[test]
fn json_has_the_documented_schema() {
    insta::assert_snapshot!("json", json::text(&report()).unwrap());
}

#[test]
fn every_row_has_exactly_the_documented_fields() {
    let file: serde_json::Value = serde_json::from_str(&json::text(&report()).unwrap()).unwrap();
    assert!(file["machine"].is_object());
    let documented = [
        "case",
        "contender",
        "high",
        "low",
        "median",
        "memory_mb",
        "metric",
        "min",
        "runs",
        "unit",
        "work",
    ];
    for row in file["rows"].as_array().unwrap() {
        let mut fields: Vec<&str> = row.as_object().unwrap().keys().map(String::as_str).collect();
        fields.sort_unstable();
        assert_eq!(fields, documented);
    }
}

#[test]
fn the_picture_is_drawn_the_same_from_the_same_figures() {
    insta::assert_snapshot!("svg", svg::text(&report()));
}

#[test]
fn a_count_taken_once_is_drawn_as_a_bar_without_dots() {
    let mut report = report();
    report.headline = super::Metric::BinaryBytes;
    let picture = svg::text(&report);
    assert!(picture.contains(r#"class="only own""#) && !picture.contains("<circle"), "{picture}");
}
