//! Shipping, over the real SDK and the real command, against moto's server.
//!
//! What moto cannot show: it runs no function (an invocation always answers the same), checks no
//! resource's permission, and is done with a stack at once. So the smoke test asks a server of this
//! test. What its CloudFormation lacks is joined in `moto_joins`.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

#[path = "../support/mod.rs"]
mod support;

mod aws;
mod bucket;
mod door;
mod doors;
mod failures;

mod permissions;
mod project;
mod whole;

use aws::Aws;
use door::Door;
use project::App;
use serde_json::Value;

/// Two executables that differ; their content does not matter, since moto runs none.
fn executables(app: &App) -> (String, String) {
    let own = std::fs::read(env!("CARGO_BIN_EXE_cargo-lambdafy")).unwrap();
    // The head of an ELF executable, and something that differs.
    let write = |name: &str| {
        let mut bytes = own[..4096].to_vec();
        bytes.extend_from_slice(name.as_bytes());
        let path = app.folder().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    };
    (write("first"), write("second"))
}

fn app(name: &str, door: &Door, rest: &str) -> App {
    App::new(
        name,
        &format!(
            "reserved-concurrency = 10\n{rest}\n\
             [package.metadata.lambdafy.smoke-test]\nurl = \"{}\"\n",
            door.url()
        ),
    )
}

/// The settings of a database that is made.
fn database(aws: &Aws) -> String {
    let (_, group, subnets) = aws.network();
    format!(
        "vpc = {{ subnets = [\"{}\", \"{}\"], security-groups = [\"{group}\"] }}\n\
         database = {{ engine = \"postgres\", instance-class = \"db.t4g.micro\" }}\n",
        subnets[0], subnets[1]
    )
}

#[test]
fn each_deployment_makes_a_version_live_and_a_rollback_brings_the_last_one_back() {
    let (aws, door) = (Aws::shared(), Door::open(200));
    let app = app("ship-versions", &door, "");
    let (first, second) = executables(&app);

    let done = aws.run(&app, &["deploy", "--json", "--bootstrap", &first]);
    let answer = done.json();
    assert_eq!((&answer["version"], &answer["previous_version"]), (&1.into(), &Value::Null));
    assert!(answer["url"].as_str().unwrap().starts_with("https://"), "{answer}");
    assert!(done.errors().contains("CREATE_COMPLETE"), "{}", done.errors());
    assert_eq!(door.asked(), 1);

    let answer = aws.run(&app, &["deploy", "--json", "--bootstrap", &second]).json();
    assert_eq!((&answer["version"], &answer["previous_version"]), (&2.into(), &1.into()));

    let back = aws.run(&app, &["rollback", "--json"]).json();
    assert_eq!((&back["from"], &back["to"]), (&2.into(), &1.into()));
    let status = aws.run(&app, &["status", "--json"]).json();
    assert_eq!(
        (&status["live_version"], &status["versions"]),
        (&1.into(), &serde_json::json!([1, 2]))
    );
    assert_eq!((&status["memory_mb"], &status["timeout_s"]), (&512.into(), &25.into()));

    // The same code again: no further version, but the alias goes where it belongs.
    let answer = aws.run(&app, &["deploy", "--json", "--bootstrap", &second]).json();
    assert_eq!((&answer["version"], &answer["previous_version"]), (&2.into(), &1.into()));
    let there = aws.run(&app, &["rollback", "--to", "7"]);
    assert_eq!(there.code(), 1);
    assert!(
        there.errors().contains("there is no version 7 to go back to; live is 2, there are: 1, 2")
    );
}

#[test]
fn a_version_that_fails_the_smoke_test_gets_no_requests() {
    let (aws, door) = (Aws::shared(), Door::open(200));
    let app = app("ship-smoke", &door, "");
    let (first, second) = executables(&app);
    aws.run(&app, &["deploy", "--bootstrap", &first]).ok();

    door.answer(500);
    let done = aws.run(&app, &["deploy", "--bootstrap", &second]);
    assert_eq!(done.code(), 3, "{}", done.errors());
    assert!(done.errors().contains("version 2 failed the smoke test"), "{}", done.errors());
    assert!(done.errors().contains("requests go to version 1 again"), "{}", done.errors());
    let status = aws.run(&app, &["status", "--json"]).json();
    assert_eq!(status["live_version"], 1);

    // What has been mended outside needs no other code.
    door.answer(200);
    let answer = aws.run(&app, &["deploy", "--json", "--bootstrap", &second]).json();
    assert_eq!((&answer["version"], &answer["previous_version"]), (&2.into(), &1.into()));
}

#[test]
fn migrations_run_before_the_version_gets_requests_and_stop_it_if_they_fail() {
    let (aws, door) = (Aws::shared(), Door::open(200));
    let good = app("ship-migrations", &door, "migrations = { path = \"/migrations\" }");
    let (first, second) = executables(&good);
    let done = aws.run(&good, &["deploy", "--bootstrap", &first]);
    assert!(
        done.ok().errors().contains("migrations: /migrations of version 1"),
        "{}",
        done.errors()
    );
    let asked = door.asked();

    let bad = good.with(&format!(
        "reserved-concurrency = 10\nmigrations = {{ command = [\"false\"] }}\n\
         smoke-test = {{ url = \"{}\" }}",
        door.url()
    ));
    let done = aws.run(&bad, &["deploy", "--bootstrap", &second]);
    assert_eq!(done.code(), 3, "{}", done.errors());
    assert!(done.errors().contains("the migrations failed"), "{}", done.errors());
    assert_eq!(door.asked(), asked, "no smoke test after that");
    assert_eq!(aws.run(&bad, &["status", "--json"]).json()["live_version"], 1);
}

#[test]
fn a_dry_run_tells_what_would_change_and_changes_nothing() {
    let (aws, door) = (Aws::shared(), Door::open(200));
    let app = app("ship-dry", &door, "");
    let (first, second) = executables(&app);
    let plan = aws.run(&app, &["deploy", "--dry-run", "--json", "--bootstrap", &first]).json();
    assert_eq!((&plan["exists"], &plan["live_version"]), (&false.into(), &Value::Null));
    assert!(
        plan["added"].to_string().contains("UrlInvokePermission (AWS::Lambda::Permission)"),
        "{plan}"
    );
    assert_eq!(aws.run(&app, &["status"]).code(), 1, "nothing is there");

    aws.run(&app, &["deploy", "--bootstrap", &first]).ok();
    let same = aws.run(&app, &["deploy", "--dry-run", "--json", "--bootstrap", &first]).json();
    for change in ["added", "changed", "removed"] {
        assert_eq!(same[change], serde_json::json!([]), "{same}");
    }
    let other = aws.run(&app, &["deploy", "--dry-run", "--json", "--bootstrap", &second]).json();
    assert_eq!(other["changed"], serde_json::json!(["Alias (AWS::Lambda::Alias)"]), "{other}");
    let plan =
        aws.run(&app, &["deploy", "--dry-run", "--bootstrap", &second, "--memory-mb", "1024"]);
    assert!(plan.ok().text().contains("~ Function (AWS::Lambda::Function)"), "{}", plan.text());
}

#[test]
fn what_the_check_refuses_is_not_deployed() {
    let (aws, door) = (Aws::shared(), Door::open(200));
    let app = app("ship-refused", &door, "environment = { DB_PASSWORD = \"hunter2\" }");
    let (first, _) = executables(&app);
    let done = aws.run(&app, &["deploy", "--bootstrap", &first]);
    assert_eq!(done.code(), 3);
    assert!(done.errors().contains("error[plain-secret]"), "{}", done.errors());
    assert!(!done.errors().contains("hunter2"));
    assert_eq!(aws.run(&app, &["status"]).code(), 1, "nothing is there");
    let nobody = aws.without_credentials(&app, &["deploy", "--bootstrap", &first]);
    assert_eq!(nobody.code(), 3, "it needs no account to be refused: {}", nobody.errors());

    let allow = ["--allow", "plain-secret"];
    let done = aws.run(&app, &[&["deploy", "--bootstrap", &first][..], &allow, &allow].concat());
    assert!(!done.ok().errors().contains("no such finding"), "{}", done.errors());
}

#[test]
fn logs_are_read_with_a_filter_and_as_json() {
    let aws = Aws::shared();
    let app = App::new("ship-logs", "");
    aws.log("/aws/lambda/ship-logs", &["started", "ERROR: no\u{1b}[31m way", "done"]);
    let text = aws.run(&app, &["logs"]).ok().text().to_owned();
    assert_eq!(text.lines().count(), 3, "{text}");
    let done = aws.run(&app, &["logs", "--filter", "ERROR", "--json"]);
    let line: Value = serde_json::from_str(done.ok().text()).unwrap();
    assert_eq!(line["message"], "ERROR: no\u{1b}[31m way");
    let none = aws.run(&App::new("ship-nothing", ""), &["logs"]);
    assert_eq!(none.code(), 1);
    let said = "there is no log /aws/lambda/ship-nothing in eu-west-1: cargo lambdafy deploy";
    assert!(none.errors().contains(said), "{}", none.errors());
    let quiet = aws.run(&app, &["logs", "--filter", "nonsense"]);
    assert!(quiet.ok().errors().contains("--since 1d"), "{}", quiet.errors());
}

#[test]
fn destroy_removes_the_stack_and_the_code_when_it_is_said_twice() {
    let (aws, door) = (Aws::shared(), Door::open(200));
    let app = app("ship-destroy", &door, "");
    let (first, _) = executables(&app);
    aws.run(&app, &["deploy", "--bootstrap", &first]).ok();
    let asked = aws.run(&app, &["destroy"]);
    assert_eq!(asked.code(), 1);
    assert!(asked.errors().contains("say it again with --yes"));
    let done = aws.run(&app, &["destroy", "--yes"]);
    assert!(done.ok().errors().contains("1 objects"), "{}", done.errors());
    assert_eq!(aws.run(&app, &["status"]).code(), 1);
    assert!(aws.run(&app, &["destroy", "--yes"]).ok().errors().contains("nothing to remove"));
}

#[test]
fn a_database_goes_only_when_that_is_said_too() {
    let (aws, door) = (Aws::shared(), Door::open(200));
    let app = app("ship-database", &door, &database(aws));
    let (first, _) = executables(&app);
    aws.run(&app, &["deploy", "--bootstrap", &first]).ok();
    let kept = aws.run(&app, &["destroy", "--yes"]);
    assert_eq!(kept.code(), 1);
    assert!(kept.errors().contains("--with-database"), "{}", kept.errors());
    aws.run(&app, &["status"]).ok();
    let gone = aws.run(&app, &["destroy", "--yes", "--with-database"]);
    assert!(gone.ok().errors().contains("deletion protection"), "{}", gone.errors());
    assert_eq!(aws.run(&app, &["status"]).code(), 1);
}

#[test]
fn a_load_balancer_with_queues_schedules_and_alarms_is_made_at_once() {
    let (aws, door) = (Aws::shared(), Door::open(200));
    let (vpc, _, subnets) = aws.network();
    let app = app(
        "ship-everything",
        &door,
        &format!(
            "front-door = \"alb\"\nalb = {{ vpc = \"{vpc}\", subnets = [\"{}\", \"{}\"] }}\n\
             queue = [{{ name = \"jobs\", send = true }}]\n\
             schedule = [{{ name = \"nightly\", expression = \"rate(1 day)\" }}]\n\
             bucket = [{{ name = \"files\" }}]\nalarms = {{ email = \"ops@example.com\" }}\n",
            subnets[0], subnets[1]
        ),
    );
    let (first, _) = executables(&app);
    let answer = aws.run(&app, &["deploy", "--json", "--bootstrap", &first]).json();
    assert!(answer["url"].as_str().unwrap().ends_with(".elb.amazonaws.com/"), "{answer}");
    assert_eq!(answer["version"], 1);
}

#[test]
fn without_credentials_or_a_region_it_says_what_to_do() {
    let app = App::new("ship-nobody", "");
    let done = Aws::shared().without_credentials(&app, &["status"]);
    assert_eq!(done.code(), 1);
    assert!(done.errors().contains("aws sso login"), "{}", done.errors());
    let done = Aws::shared().without_region(&app, &["status"]);
    assert!(done.errors().contains("set AWS_REGION"), "{}", done.errors());
}
