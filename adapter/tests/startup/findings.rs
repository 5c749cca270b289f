//! Each fault is found, by its name and by nothing else, and a clean app has none.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use super::apps::{WAIT, WORK};
use super::function::Function;
use super::report::{Report, number};

/// The kinds of findings; what the machine's disk did is not the app's.
fn kinds(report: &Report) -> Vec<&str> {
    let findings = report.0["findings"].as_array().unwrap();
    let kinds = findings.iter().map(|finding| finding["kind"].as_str().unwrap());
    kinds.filter(|kind| *kind != "major_faults").collect()
}

/// The one finding, which is of this kind and about these steps.
fn found<'a>(report: &'a Report, kind: &str, steps: &[&str]) -> &'a serde_json::Value {
    assert_eq!(kinds(report), [kind], "{report:#?}");
    let findings = report.0["findings"].as_array().unwrap();
    let finding = findings.iter().find(|finding| finding["kind"] == kind).unwrap();
    let ids: Vec<_> = steps.iter().map(|name| report.step(name)["id"].clone()).collect();
    assert_eq!(finding["steps"].as_array().unwrap(), &ids, "{finding:#?}");
    finding
}

fn saves(finding: &serde_json::Value) -> Duration {
    Duration::from_micros(number(finding, "/saves_us"))
}

/// A server that greets after 30 ms, and answers each two bytes with one.
fn server() -> u16 {
    fn serve(mut stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        std::thread::sleep(Duration::from_millis(30));
        loop {
            stream.write_all(b"!")?;
            stream.read_exact(&mut [0; 2])?;
        }
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            std::thread::spawn(|| serve(stream));
        }
    });
    port
}

async fn report_of(app: &str) -> Report {
    Function::start(app, 1).await.report_after("/").await
}

async fn report_with_server(app: &str) -> Report {
    report_of(&format!("{app}:{}", server())).await
}

#[tokio::test]
async fn a_clean_app_has_no_findings() {
    let report = report_with_server("clean").await;
    assert_eq!(kinds(&report), [""; 0], "{report:#?}");
}

#[tokio::test]
async fn what_a_later_request_makes_lazily_is_no_finding() {
    let function = Function::start(&format!("clean:{}", server()), 2).await;
    function.get("/").await;
    let report = function.report_after("/rare").await;
    assert_eq!(kinds(&report), [""; 0], "{report:#?}");
}

#[tokio::test]
async fn waits_in_series_are_found() {
    let report = report_of("series").await;
    let finding = found(&report, "series", &["keys", "prices"]);
    assert!(saves(finding) >= WAIT, "{finding:#?}");
}

#[tokio::test]
async fn what_the_first_request_does_not_use_is_found() {
    let report = report_of("unused").await;
    let finding = found(&report, "unused", &["templates"]);
    assert!(saves(finding) >= WORK, "{finding:#?}");
    let report = Function::start("unused", 1).await.report_after("/templates").await;
    assert_eq!(kinds(&report), [""; 0], "{report:#?}");
}

#[tokio::test]
async fn a_lazy_value_that_was_prepared_for_nothing_is_found() {
    let report = report_of("unprepared").await;
    assert!(saves(found(&report, "unused", &["search"])) >= WORK);
    let report = Function::start("unprepared", 1).await.report_after("/search").await;
    assert_eq!(kinds(&report), [""; 0], "{report:#?}");
}

/// A real one: two small writes on a socket without TCP_NODELAY.
#[tokio::test]
async fn stalls_of_nagles_algorithm_are_found() {
    let report = report_with_server("nagle").await;
    let finding = found(&report, "nagle", &["database"]);
    assert!(saves(finding) >= Duration::from_millis(38), "{finding:#?}");
}

#[tokio::test]
async fn a_second_connection_to_a_server_is_found() {
    let report = report_with_server("second_connection").await;
    let finding = found(&report, "second_connection", &["connect", "first query"]);
    assert!(saves(finding) >= Duration::from_millis(30), "{finding:#?}");
    assert!(finding["text"].as_str().unwrap().starts_with("2 connections to 127.0.0.1:"));
}

/// A real one: aws-lc's first random number.
#[tokio::test]
async fn jitter_entropy_is_found() {
    let report = report_with_server("jitter_entropy").await;
    let finding = found(&report, "jitter_entropy", &["first object"]);
    assert!(saves(finding) >= Duration::from_millis(8), "{finding:#?}");
}

#[tokio::test]
async fn work_that_was_left_to_the_first_request_is_found() {
    let report = report_of("lazy_but_needed").await;
    let finding = found(&report, "moved_cpu", &["prices"]);
    // 20 ms of CPU time are 69 at 512 MB.
    assert!(saves(finding) >= WORK * 2, "{finding:#?}");
}

#[tokio::test]
async fn work_that_goes_on_behind_init_is_found() {
    let report = report_of("background").await;
    let finding = found(&report, "moved_cpu", &["warm up"]);
    assert!(finding["text"].as_str().unwrap().contains("still ran when INIT had ended"));
}

/// A real one: the program is copied, and the copy's pages are not in memory when it starts.
#[tokio::test]
async fn pages_read_from_disk_are_found() {
    let function = Function::start_evicted("lazy_but_needed").await;
    let report = function.report_after("/").await;
    let faults = report.number("/init/major_faults");
    if faults == 0 {
        eprintln!(
            "this file system keeps the pages of a file in memory: nothing to read from disk"
        );
    }
    // How many there are is a matter of the disk's read-ahead: from ten on it is a finding.
    let findings = report.0["findings"].as_array().unwrap();
    let is_found = findings.iter().any(|finding| finding["kind"] == "major_faults");
    assert_eq!(is_found, faults >= 10, "{report:#?}");
}
