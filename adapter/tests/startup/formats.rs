//! The forms of the report: each is what its reader takes.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;

use super::function::{TempFile, get};
use super::process::{PATIENCE, Process};

/// The text of a report in this form, of an app after its first answer.
async fn text_of(app: &str, format: &str) -> String {
    let function = lambdafy_emulator::Function::new("orders");
    let api = lambdafy_emulator::RuntimeApi::builder().function(function).start().await.unwrap();
    let file = TempFile::new();
    let report = format!("{format}:{}", file.0.display());
    let variables = api.environment().into_iter().map(|(name, value)| (name.to_owned(), value));
    let variables = variables.chain([("LAMBDAFY_STARTUP_REPORT".to_owned(), report)]);
    let process = Process::start(app, variables);
    timeout(PATIENCE, api.invoke(get("/"))).await.unwrap().unwrap();
    timeout(PATIENCE, api.idle()).await.unwrap().unwrap();
    std::fs::read_to_string(&file.0).unwrap_or_else(|error| panic!("{error}: {:?}", process.log()))
}

#[tokio::test]
async fn the_terminals_report_has_a_tree_findings_and_other_memory_sizes() {
    let text = text_of("unused", "terminal").await;
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[1].starts_with("start-up: INIT ") && lines[1].contains("; TOTAL "), "{text}");
    assert!(lines[2].starts_with("exec is computed from CPU time"), "{text}");
    let line = |start: &str| *lines.iter().find(|line| line.starts_with(start)).unwrap_or(&"");
    assert!(line("before main").contains("|="), "{text}");
    let templates = line("  templates");
    assert!(templates.ends_with('|') && templates.contains('='), "{text}");
    // Wall, CPU, blocked; the work is CPU time.
    let numbers: Vec<f64> = templates
        .split_whitespace()
        .skip(1)
        .take(3)
        .map(|number| number.parse().unwrap())
        .collect();
    assert!(numbers[1] >= 19.0 && numbers[0] >= numbers[1], "{templates}");
    assert!(line("critical path, ms:").contains("templates"), "{text}");
    assert!(text.contains("INIT made 'templates', which the first request did not use [unused]"));
    assert!(line("   1769").split_whitespace().count() == 4, "{text}");
}

#[tokio::test]
async fn the_picture_is_well_formed() {
    let text = text_of("steps", "svg").await;
    // Every element is closed: by itself, or by its name.
    let mut open: Vec<&str> = Vec::new();
    for tag in text.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').unwrap();
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "{text}"),
            None if tag.ends_with('/') => {}
            None => open.push(tag.split(' ').next().unwrap()),
        }
    }
    assert_eq!(open, [""; 0]);
    for name in ["before main", "templates", "database", "schema (check)", "request 1"] {
        assert!(text.contains(&format!(">{name}</text>")), "{name}: {text}");
    }
}

#[tokio::test]
async fn the_trace_has_an_event_for_each_row_and_none_across_another() {
    let trace: Value = serde_json::from_str(&text_of("steps", "trace").await).unwrap();
    let events = trace["traceEvents"].as_array().unwrap();
    assert!(events.iter().all(|event| event["ph"] == "X" && event["pid"].is_u64()));
    let named = |name: &str| events.iter().find(|event| event["name"] == name).unwrap();
    assert_eq!(named("before main")["ts"], json!(0));
    assert!(named("templates")["args"]["cpu_us"].as_u64().unwrap() >= 20_000);
    // On one track, events follow one another or lie in one another.
    let span = |event: &Value| {
        let begin = event["ts"].as_u64().unwrap();
        (begin, begin + event["dur"].as_u64().unwrap())
    };
    for one in events {
        for other in events.iter().filter(|other| other["tid"] == one["tid"]) {
            let ((a, b), (c, d)) = (span(one), span(other));
            assert!(!(a < c && c < b && b < d), "{one} crosses {other}");
        }
    }
}

#[tokio::test]
async fn the_metrics_are_declared_and_there() {
    let text = text_of("steps", "emf").await;
    assert_eq!(text.lines().count(), 1, "a log line");
    let line: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(line["FunctionName"], json!("orders"));
    let declared = &line["_aws"]["CloudWatchMetrics"][0];
    assert_eq!(declared["Dimensions"], json!([["FunctionName"]]));
    let names: Vec<_> =
        declared["Metrics"].as_array().unwrap().iter().map(|it| &it["Name"]).collect();
    for name in ["Init", "Total", "BeforeMain", "FirstResponse", "Step.templates", "Findings"] {
        assert!(names.contains(&&json!(name)), "{name}: {names:?}");
        assert!(line[name].is_u64(), "{name}");
    }
}

#[tokio::test]
async fn several_reports_are_written_at_once_and_the_terminals_goes_to_standard_error() {
    let api = lambdafy_emulator::RuntimeApi::start().await.unwrap();
    let file = TempFile::new();
    let report = format!("terminal,svg:{}", file.0.display());
    let variables = api.environment().into_iter().map(|(name, value)| (name.to_owned(), value));
    let process =
        Process::start("steps", variables.chain([("LAMBDAFY_STARTUP_REPORT".to_owned(), report)]));
    timeout(PATIENCE, api.invoke(get("/"))).await.unwrap().unwrap();
    process.line("start-up: INIT").await;
    timeout(PATIENCE, api.idle()).await.unwrap().unwrap();
    assert!(file.0.exists());
}

/// A report that has no place to go is a line in the log, and nothing else.
#[tokio::test]
async fn a_report_that_cannot_be_written_hurts_no_request() {
    let api = lambdafy_emulator::RuntimeApi::start().await.unwrap();
    let variables = api.environment().into_iter().map(|(name, value)| (name.to_owned(), value));
    let report = "json:/nowhere/at/all.json".to_owned();
    let process =
        Process::start("steps", variables.chain([("LAMBDAFY_STARTUP_REPORT".to_owned(), report)]));
    for _ in 0..2 {
        let invoked = timeout(PATIENCE, api.invoke(get("/"))).await.unwrap().unwrap();
        assert_eq!(invoked.error, None);
    }
    let line = process.line("no start-up report can be written to /nowhere/at/all.json").await;
    assert!(line.starts_with("lambdafy: "), "{line}");
}

/// Outside Lambda, where a developer sees it first.
#[tokio::test]
async fn a_local_server_is_profiled_too() {
    let file = TempFile::new();
    let report = format!("json:{}", file.0.display());
    let process =
        Process::start("steps", [("LAMBDAFY_STARTUP_REPORT", report.as_str()), ("PORT", "0")]);
    let line = process.line("serving on http://").await;
    let address = line.rsplit('/').next().unwrap().to_owned();
    let asked = tokio::task::spawn_blocking(move || {
        use std::io::{Read, Write};
        let mut stream = std::net::TcpStream::connect(address)?;
        stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).map(|_| answer)
    });
    assert!(asked.await.unwrap().unwrap().ends_with("hello"));
    let written = async {
        while !file.0.exists() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, written).await.unwrap();
    let report = super::report::Report::read(&file.0).unwrap();
    assert_eq!(report.0["memory_mb"], Value::Null);
    assert!(report.number("/init/wall_us") >= report.number("/marks/app_us"));
    assert_eq!(report.number("/requests/0/number"), 1);
}

/// An app that only has spans of `tracing`.
#[cfg(feature = "startup-tracing")]
#[tokio::test]
async fn spans_of_tracing_are_steps() {
    let report = super::function::Function::start("spans", 1).await.report_after("/").await;
    let (outer, inner) = (report.step("outer span"), report.step("inner span"));
    assert_eq!((&outer["kind"], &outer["outcome"]), (&json!("span"), &json!("done")));
    assert_eq!(inner["parent"], outer["id"]);
    assert!(super::report::number(inner, "/busy_us") >= 20_000, "{inner:#?}");
    let waiting = report.step("waiting span");
    assert!(super::report::number(waiting, "/blocked_us") >= 30_000, "{waiting:#?}");
    assert!(super::report::number(waiting, "/polls") >= 2, "{waiting:#?}");
}
