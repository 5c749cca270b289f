//! The report as a log line of which CloudWatch makes metrics.
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>

use std::time::{SystemTime, UNIX_EPOCH};

use super::super::record::{Kind, Outcome};
use super::writer::Writer;
use super::{Report, us};

/// Of each start; each step has its own name besides.
const NAMESPACE: &str = "lambdafy/startup";

/// CloudWatch takes 100 metrics a line.
const MOST_STEPS: usize = 90;

pub(super) fn render(report: &Report<'_>) -> Vec<u8> {
    let metrics = metrics(report);
    let function = crate::runtime::env::function_name();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let mut writer = Writer::default();
    writer.object(|out| {
        out.object_at("_aws", |out| {
            out.number("Timestamp", u64::try_from(now.as_millis()).unwrap_or_default());
            out.list("CloudWatchMetrics", [()], |out, ()| {
                out.object(|out| {
                    out.text("Namespace", NAMESPACE);
                    out.list("Dimensions", [()], |out, ()| out.strings(&["FunctionName"]));
                    out.list("Metrics", &metrics, |out, (name, _, unit)| {
                        out.object(|out| {
                            out.text("Name", name);
                            out.text("Unit", unit);
                        });
                    });
                });
            });
        });
        out.text("FunctionName", function.as_deref().unwrap_or("local"));
        for (name, value, _) in &metrics {
            out.number(name, *value);
        }
        let findings = report.analysis.findings.iter().map(|finding| finding.kind);
        out.name("FindingKinds");
        out.strings(&findings.collect::<Vec<_>>());
    });
    writer.finish()
}

fn metrics(report: &Report<'_>) -> Vec<(String, u64, &'static str)> {
    let story = &report.analysis.story;
    let mut metrics = Vec::new();
    let mut time = |name: &str, at| metrics.push((name.to_owned(), us(at), "Microseconds"));
    time("BeforeMain", story.main().at.saturating_sub(report.start.at));
    if let Some(init) = story.init_end() {
        time("Init", init.at.saturating_sub(report.start.at));
        time("InitCpu", init.usage.cpu);
        if let Some((first, end)) = story.first_answer() {
            let response = end.at.saturating_sub(first.begin.at);
            time("FirstResponse", response);
            time("Total", init.at.saturating_sub(report.start.at) + response);
        }
    }
    let is_told = |step: &&super::super::record::Step| {
        step.kind != Kind::Phase && step.outcome == Outcome::Done
    };
    let mut names: Vec<String> = Vec::new();
    for step in report.profile.steps.iter().filter(is_told) {
        let name = format!("Step.{}", step.name);
        // A metric of the same name twice is an error.
        if names.len() < MOST_STEPS && !names.contains(&name) {
            time(&name, step.wall());
            names.push(name);
        }
    }
    if let Some(init) = story.init_end() {
        metrics.push(("MajorFaults".to_owned(), init.usage.major_faults, "Count"));
    }
    metrics.push(("Findings".to_owned(), report.analysis.findings.len() as u64, "Count"));
    metrics
}
