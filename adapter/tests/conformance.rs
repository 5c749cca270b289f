//! The conformance corpus: one test a file of cases, compared by the rules of its README.
//!
//! `check.py` beside the cases does the same from outside, through the example `conformance`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

#[path = "../examples/conformance/driver.rs"]
mod driver;
#[path = "conformance/request_rules.rs"]
mod request_rules;
#[path = "conformance/response_rules.rs"]
mod response_rules;

use std::collections::BTreeSet;
use std::path::PathBuf;

use base64_simd::STANDARD as BASE64;
use serde_json::{Value, json};

/// Files that are not run: lambdafy runs apps on AWS, and these are other clouds' events, which
/// it does not recognise yet. Their plain HTTP forms need no adapter.
const OTHER_CLOUDS: [&str; 10] = [
    "requests/alibaba.fc.apigw.jsonl",
    "requests/alibaba.fc3.http.jsonl",
    "requests/azure.customhandler.jsonl",
    "requests/openwhisk.web.jsonl",
    "requests/tencent.scf.apigw.jsonl",
    "responses/alibaba.fc.apigw.jsonl",
    "responses/alibaba.fc3.http.jsonl",
    "responses/openwhisk.web.jsonl",
    "responses/tencent.scf.apigw.jsonl",
    // No such file yet; named so that adding one is a decision.
    "responses/azure.customhandler.jsonl",
];

macro_rules! files {
    ($($name:ident: $file:literal, $cases:literal;)*) => {
        const FILES: &[&str] = &[$($file),*];
        $(
            #[test]
            fn $name() {
                check($file, $cases);
            }
        )*
    };
}

files! {
    requests_of_load_balancers: "requests/aws.alb.jsonl", 24;
    requests_of_http_apis_with_payload_1: "requests/aws.apigw.http.v1.jsonl", 4;
    requests_of_rest_apis: "requests/aws.apigw.v1.jsonl", 54;
    requests_of_http_apis_with_payload_2: "requests/aws.apigw.v2.jsonl", 32;
    requests_of_websocket_apis: "requests/aws.apigw.websocket.jsonl", 4;
    requests_of_cloudfront: "requests/aws.edge.jsonl", 3;
    requests_of_lattice_version_1: "requests/aws.lattice.v1.jsonl", 2;
    requests_of_lattice_version_2: "requests/aws.lattice.v2.jsonl", 2;
    requests_of_function_urls: "requests/aws.url.jsonl", 7;
    requests_of_huawei_which_look_like_rest: "requests/huawei.functiongraph.apig.jsonl", 1;
    requests_that_are_other_events: "requests/passthrough.jsonl", 15;
    requests_that_are_nothing_known: "requests/unknown.jsonl", 5;
    responses_to_load_balancers_with_lists: "responses/aws.alb-multi.jsonl", 7;
    responses_to_load_balancers_without_lists: "responses/aws.alb-single.jsonl", 4;
    responses_to_http_apis_with_payload_1: "responses/aws.apigw.http.v1.jsonl", 2;
    responses_to_rest_apis: "responses/aws.apigw.v1.jsonl", 10;
    responses_to_http_apis_with_payload_2: "responses/aws.apigw.v2.jsonl", 35;
    responses_to_websocket_apis: "responses/aws.apigw.websocket.jsonl", 2;
    responses_to_cloudfront: "responses/aws.edge.jsonl", 2;
    responses_to_lattice_version_1: "responses/aws.lattice.v1.jsonl", 2;
    responses_to_lattice_version_2: "responses/aws.lattice.v2.jsonl", 3;
    responses_to_function_urls: "responses/aws.url.jsonl", 6;
    responses_to_other_events: "responses/passthrough.jsonl", 4;
}

#[test]
fn no_file_of_the_corpus_is_skipped_silently() {
    let known: BTreeSet<_> = FILES.iter().chain(&OTHER_CLOUDS).copied().collect();
    for folder in ["requests", "responses"] {
        for entry in std::fs::read_dir(corpus().join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let file = format!("{folder}/{name}");
            assert!(known.contains(&*file), "{file} is in no list of this test");
        }
    }
}

/// Runs every case of `file`, of which there must be `count`, and lists those that fail.
fn check(file: &str, count: usize) {
    let text = std::fs::read_to_string(corpus().join(file)).unwrap();
    let cases: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(cases.len(), count, "cases in {file}");
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut failures = Vec::new();
    for case in &cases {
        let is_request = file.starts_with("requests/");
        let outcome = runtime.block_on(driver::outcome(&job(case, is_request)));
        let differences = if is_request {
            request_rules::differences(case, &outcome)
        } else {
            response_rules::differences(case, &outcome)
        };
        if !differences.is_empty() {
            let id = case["id"].as_str().unwrap();
            failures.push(format!("{id}: {}", differences.join("; ")));
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {count} cases fail:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

fn job(case: &Value, is_request: bool) -> Value {
    let event = match case["event_base64"].as_str() {
        Some(encoded) => encoded.to_owned(),
        None => BASE64.encode_to_string(case["event"].as_str().unwrap()),
    };
    json!({
        "op": if is_request { "request" } else { "response" },
        "id": case["id"],
        "event_base64": event,
        "options": case["options"],
        "app_response": case["app_response"],
    })
}

fn corpus() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/conformance")
}
