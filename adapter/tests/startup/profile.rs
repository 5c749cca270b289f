//! What a report says of steps, marks and requests.

use serde_json::{Value, json};

use super::apps::{WAIT, WORK};
use super::function::Function;
use super::report::{Report, number};

fn us(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap()
}

#[tokio::test]
async fn the_start_is_told_from_exec_to_the_first_answer() {
    let report = Function::start("steps", 1).await.report_after("/").await;
    assert_eq!(report.0["schema"], "lambdafy-startup/1");
    let marks = ["main_us", "runtime_us", "app_us", "next_us"];
    let marks = marks.map(|mark| report.number(&format!("/marks/{mark}")));
    assert!(marks.is_sorted(), "{report:#?}");
    assert_eq!(report.number("/before_main/wall_us"), marks[0]);
    assert!(report.number("/before_main/minor_faults") > 0);
    assert_eq!(report.number("/init/wall_us"), marks[3]);
    assert!(report.number("/init/cpu_us") >= us(WORK), "{report:#?}");
    assert_eq!(
        report.number("/total_us"),
        report.number("/init/wall_us") + report.number("/first_response_us")
    );
}

#[tokio::test]
async fn a_step_has_wall_cpu_and_blocked_time_and_knows_its_parent() {
    let report = Function::start("steps", 1).await.report_after("/").await;
    let (app, outer, inner) = (report.step("app"), report.step("outer"), report.step("inner"));
    assert_eq!((&inner["parent"], &outer["parent"]), (&outer["id"], &app["id"]));
    assert_eq!((&inner["kind"], &inner["outcome"]), (&json!("sync"), &json!("done")));
    assert!(number(inner, "/wall_us") >= us(WORK) && number(inner, "/cpu_us") > 0);
    let parts = number(inner, "/blocked_us") + number(inner, "/cpu_us");
    // The kernel counts CPU time by another clock than the wall: they drift apart by up to 0.05 %.
    let drift = 1 + parts / 1000;
    assert!(number(inner, "/wall_us").abs_diff(parts) <= drift, "{inner:#?}");
    for field in ["minor_faults", "major_faults", "voluntary_switches", "involuntary_switches"] {
        assert!(inner[field].is_u64(), "{field}");
    }
    let config = report.step("config");
    assert_eq!((&config["kind"], &config["planned"]), (&json!("async"), &json!(true)));
    assert!(number(config, "/blocked_us") >= us(WAIT) / 2, "{config:#?}");
    assert!(number(config, "/gaps/0/us") >= us(WAIT) / 2, "{config:#?}");
    assert_eq!(config["cpu_us"], Value::Null, "polls are timed by the wall unless told otherwise");
}

#[tokio::test]
async fn cpu_time_of_polls_is_counted_when_it_is_asked_for() {
    let settings = lambdafy_emulator::Function::new("orders");
    let function = Function::start_with("steps", settings, "cpu").await;
    let report = function.report_after("/client").await;
    let client = report.step("client");
    assert!(number(client, "/cpu_us") > 0 && number(client, "/voluntary_switches") < 100);
    assert!(number(client, "/blocked_us") >= us(WAIT) / 2, "{client:#?}");
    assert!(number(report.step("config"), "/cpu_us") < us(WAIT));
}

#[tokio::test]
async fn a_plan_tells_what_comes_after_what() {
    let report = Function::start("steps", 1).await.report_after("/").await;
    let (config, database) = (report.step("config"), report.step("database"));
    assert_eq!(database["after"], json!([config["id"]]));
    assert!(number(database, "/at_us") >= number(config, "/at_us") + number(config, "/wall_us"));
    let templates = report.step("templates");
    assert_eq!(
        (&templates["kind"], &templates["parent"]),
        (&json!("blocking"), &report.step("app")["id"])
    );
    let schema = report.step("schema");
    assert_eq!((&schema["kind"], &schema["after"]), (&json!("check"), &json!([database["id"]])));
}

#[tokio::test]
async fn what_is_made_lazily_is_told_with_the_request_that_triggered_it() {
    let function = Function::start("steps", 3).await;
    function.get("/").await;
    function.get("/client").await;
    let report = function.report_after("/words").await;
    let (client, words) = (report.step("client"), report.step("words"));
    assert_eq!((&client["request"], &client["kind"]), (&json!(2), &json!("lazy")));
    assert_eq!((&words["request"], &words["kind"]), (&json!(3), &json!("sync")));
    assert_eq!(report.step("config")["request"], Value::Null);
    assert!(number(client, "/wall_us") >= us(WAIT) && number(words, "/busy_us") >= us(WORK));
    assert_eq!(report.0["requests"].as_array().unwrap().len(), 3);
    assert!(report.number("/requests/2/cpu_us") > report.number("/requests/0/cpu_us"));
}

#[tokio::test]
async fn the_first_use_of_what_init_made_is_told() {
    let first_uses = |report: &Report| {
        ["prepared", "templates"].map(|name| {
            let step = report.step(name);
            assert_eq!(step["watched"], json!(true));
            step["first_used_by"].clone()
        })
    };
    let report = Function::start("steps", 1).await.report_after("/").await;
    assert_eq!(first_uses(&report), [Value::Null, Value::Null]);
    let function = Function::start("steps", 3).await;
    function.get("/").await;
    function.get("/templates").await;
    let report = function.report_after("/prepared").await;
    assert_eq!(first_uses(&report), [json!(3), json!(2)]);
}
