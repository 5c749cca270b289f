//! What would hurt in production is refused, with its numbers.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use lambdafy_deploy::check::{Dependencies, Finding, Package, Severity, check};
use lambdafy_deploy::settings::Architecture;

const VPC: &str = "[vpc]\nsubnets = [\"subnet-1\", \"subnet-2\"]\nsecurity-groups = [\"sg-1\"]\n";

fn of(door: &str, option: &str, crates: &[(&str, &[&str])]) -> Vec<Finding> {
    let dependencies: Dependencies = crates
        .iter()
        .map(|(name, features)| {
            (
                (*name).to_owned(),
                features.iter().map(|one| (*one).to_owned()).collect::<BTreeSet<_>>(),
            )
        })
        .collect();
    check(&support::deployment(door, option).unwrap(), &dependencies, None)
}

fn find<'a>(findings: &'a [Finding], code: &str) -> &'a Finding {
    findings.iter().find(|finding| finding.code == code).unwrap_or_else(|| panic!("{findings:#?}"))
}

fn codes(findings: &[Finding], severity: Severity) -> Vec<&str> {
    findings.iter().filter(|one| one.severity == severity).map(|one| one.code).collect()
}

fn database(reserved: &str, rest: &str) -> String {
    format!(
        "{reserved}\n{VPC}\n[database]\nengine = \"postgres\"\nhost = \"db\"\nmax-connections = 100\n{rest}"
    )
}

#[test]
fn sandboxes_times_connections_beyond_the_server_are_refused() {
    let found = of("http-api", &database("", "connections-per-sandbox = 2"), &[]);
    let finding = find(&found, "database-connections");
    assert_eq!(finding.severity, Severity::Error);
    assert!(finding.message.contains("x 2 connections = 2000"), "{}", finding.message);
    assert!(finding.message.contains("takes 100 and 10 are kept for others: 90 are left"));
    assert!(finding.help.contains("reserved-concurrency = 45"), "{}", finding.help);
}

#[test]
fn a_reservation_that_fits_or_a_proxy_is_accepted() {
    for option in [
        database("reserved-concurrency = 90", ""),
        database("", "other-connections = 0").replace("100", "1000"),
    ] {
        assert_eq!(codes(&of("http-api", &option, &[]), Severity::Error), [""; 0], "{option}");
    }
    let made = format!(
        "{VPC}\n[database]\nengine = \"mysql\"\ninstance-class = \"db.t4g.micro\"\nproxy = true\n"
    );
    assert_eq!(codes(&of("http-api", &made, &[]), Severity::Error), [""; 0]);
}

#[test]
fn the_limit_of_a_server_that_is_made_follows_from_its_memory() {
    let made =
        format!("{VPC}\n[database]\nengine = \"postgres\"\ninstance-class = \"db.t4g.micro\"\n");
    let found = of("http-api", &made, &[]);
    assert!(
        find(&found, "database-connections").message.contains("the server takes 103"),
        "{found:#?}"
    );
}

#[test]
fn lambdafys_pool_makes_twice_the_connections_bearable_and_no_more() {
    let pool: &[(&str, &[&str])] = &[("lambdafy", &["pool-postgres"]), ("sqlx", &[])];
    let severity = |reserved: &str| {
        find(&of("http-api", &database(reserved, ""), pool), "database-connections").severity
    };
    assert_eq!(severity("reserved-concurrency = 180"), Severity::Warning);
    assert_eq!(severity("reserved-concurrency = 181"), Severity::Error);
    let found = of("http-api", &database("reserved-concurrency = 10", ""), &[("sqlx", &[])]);
    assert!(find(&found, "sqlx-pool").message.contains("up to 10"));
}

#[test]
fn what_takes_longer_than_the_gateway_waits_is_refused() {
    let message = |door: &str| {
        let found = of(door, "timeout-s = 60", &[]);
        let finding = find(&found, "gateway-timeout");
        assert_eq!(finding.severity, Severity::Error);
        finding.message.clone()
    };
    assert!(message("rest-api").contains("504 after 29 s"));
    assert!(message("http-api").contains("504 after 30 s"));
    for (door, option) in [
        ("function-url", "timeout-s = 60"),
        ("alb", "timeout-s = 60"),
        ("rest-api", "timeout-s = 60\nstreaming = true"),
        ("rest-api", "timeout-s = 60\ngateway-timeout-s = 61"),
        ("http-api", "timeout-s = 60\n[[queue]]\nname = \"jobs\""),
    ] {
        assert_eq!(codes(&of(door, option, &[]), Severity::Error), [""; 0], "{door} {option}");
    }
    let found = of("http-api", "gateway-timeout-s = 60", &[]);
    assert!(find(&found, "gateway-timeout").message.contains("no quota changes it"));
}

#[test]
fn an_sdk_crate_without_a_permission_is_refused() {
    let crates: &[(&str, &[&str])] =
        &[("aws-sdk-s3", &[]), ("aws-sdk-sfn", &[]), ("aws-sdk-sts", &[])];
    let found = of("http-api", "", crates);
    let messages: Vec<_> = found
        .iter()
        .filter(|one| one.code == "missing-permission")
        .map(|one| &one.message)
        .collect();
    assert_eq!(messages.len(), 2, "{found:#?}");
    assert!(messages[0].contains("aws-sdk-s3") && messages[1].contains("states"), "{messages:?}");
    let granted = "[[bucket]]\nname = \"files\"\n\n[[permission]]\n\
                   actions = [\"states:StartExecution\"]\nresources = [\"arn:aws:states:eu-west-1:1:stateMachine:x\"]";
    assert_eq!(codes(&of("http-api", granted, crates), Severity::Error), [""; 0]);
    // The function's own dead letters are not for the app.
    let schedule = "[[schedule]]\nname = \"x\"\nexpression = \"rate(1 day)\"";
    find(&of("http-api", schedule, &[("aws-sdk-sqs", &[])]), "missing-permission");
}

#[test]
fn snapstart_is_refused_with_what_it_cannot_have() {
    let found =
        of("function-url", "snapstart = true\ntmp-mb = 1024\nprovisioned-concurrency = 1", &[]);
    assert_eq!(
        codes(&found, Severity::Error),
        ["snapstart-runtime", "snapstart-settings", "snapstart-settings"]
    );
    let tmp = found.iter().find(|finding| finding.key == "tmp-mb").unwrap();
    assert!(tmp.message.contains("a /tmp of 512 MB, not 1024"), "{}", tmp.message);
}

#[test]
fn a_secret_in_a_plain_variable_is_refused_and_not_repeated() {
    let found =
        of("function-url", "[environment]\nDB_PASSWORD = \"hunter2\"\nRUST_LOG = \"info\"", &[]);
    let finding = find(&found, "plain-secret");
    assert_eq!(finding.key, "environment.DB_PASSWORD");
    assert!(!format!("{found:?}").contains("hunter2"));
    let command = "migrations = { command = [\"psql\", \"postgres://app:hunter2@db/app\"] }";
    let found = of("function-url", command, &[]);
    assert_eq!(find(&found, "plain-secret").key, "migrations.command");
    assert!(!format!("{found:?}").contains("hunter2"));
}

#[test]
fn packages_that_lambda_refuses_are_refused() {
    let deployment = support::deployment("function-url", "").unwrap();
    let package = |bytes, architecture| Package { path: "bootstrap".into(), bytes, architecture };
    let errors = |package: &Package| {
        let found = check(&deployment, &BTreeMap::new(), Some(package));
        codes(&found, Severity::Error).iter().map(|code| (*code).to_owned()).collect::<Vec<_>>()
    };
    let megabyte = 1024 * 1024;
    let said = |bytes| {
        let found =
            check(&deployment, &BTreeMap::new(), Some(&package(bytes, Some(Architecture::X86_64))));
        let finding = find(&found, "package-size");
        (finding.severity, finding.message.clone())
    };
    let (severity, message) = said(251 * megabyte);
    assert_eq!(severity, Severity::Error);
    assert!(message.contains("has 251 MB, Lambda takes 250 MB"), "{message}");
    let (severity, message) = said(60 * megabyte);
    assert_eq!(severity, Severity::Warning);
    assert!(message.contains("has 60 MB"), "{message}");
    assert!(errors(&package(2 * megabyte, Some(Architecture::X86_64))).is_empty());
    assert_eq!(errors(&package(251 * megabyte, Some(Architecture::X86_64))), ["package-size"]);
    assert_eq!(errors(&package(1, Some(Architecture::Arm64))), ["package-architecture"]);
    assert_eq!(errors(&package(1, None)), ["package-architecture"]);
}

#[test]
fn names_certificates_sizes_and_numbers_that_aws_refuses_are_refused() {
    let long = "x".repeat(40);
    let certificate = "arn:aws:acm:eu-west-1:1:certificate/1";
    for (door, option, code, numbers) in [
        (
            "function-url",
            format!("[[bucket]]\nname = \"{long}\""),
            "bucket-name",
            ["75 characters", "S3 takes 63"],
        ),
        (
            "function-url",
            format!("[cloudfront]\n\n[domain]\nname = \"a.b\"\ncertificate = \"{certificate}\""),
            "certificate-region",
            ["us-east-1", "eu-west-1"],
        ),
        (
            "http-api",
            format!(
                "region = \"us-east-2\"\n[domain]\nname = \"a.b\"\ncertificate = \"{certificate}\""
            ),
            "certificate-region",
            ["us-east-2", "eu-west-1"],
        ),
        (
            "http-api",
            "region = \"cn-north-1\"\n[cloudfront]".to_owned(),
            "partition",
            ["cn-north-1", "outside the partition aws"],
        ),
        (
            "alb",
            format!("[environment]\nLARGE = \"{}\"", "x".repeat(4096)),
            "environment-size",
            ["4101 bytes", "takes 4096"],
        ),
        (
            "alb",
            "reserved-concurrency = 2\nprovisioned-concurrency = 3".to_owned(),
            "concurrency",
            ["3 sandboxes", "only 2"],
        ),
    ] {
        let found = of(door, &option, &[]);
        assert_eq!(find(&found, code).severity, Severity::Error, "{option}");
        for number in numbers {
            assert!(find(&found, code).message.contains(number), "{number}: {found:?}");
        }
    }
}

#[test]
fn what_is_only_worth_knowing_is_a_warning() {
    for (door, option, code) in [
        ("function-url", "", "no-limit"),
        ("alb", "", "no-encryption"),
        ("http-api", "[cloudfront]", "open-origin"),
        ("rest-api", "access-logs = true", "access-logs-role"),
        ("http-api", "[alarms]", "silent-alarms"),
        ("http-api", "[event-paths]\nsqs = \"/jobs\"\n\n[[queue]]\nname = \"jobs\"", "event-path"),
        ("http-api", "[[queue]]\nname = \"jobs\"", "event-path"),
        (
            "http-api",
            "[[permission]]\nactions = [\"s3:*\"]\nresources = [\"*\"]",
            "wide-permission",
        ),
        ("http-api", VPC, "vpc-network"),
        ("http-api", "[vpc]\nsubnets = [\"subnet-1\"]\nsecurity-groups = [\"sg-1\"]", "one-zone"),
        ("function-url", "timeout-s = 121\n[cloudfront]", "cloudfront-timeout"),
        ("rest-api", "gateway-timeout-s = 60", "gateway-timeout"),
    ] {
        let found = of(door, option, &[]);
        assert_eq!(find(&found, code).severity, Severity::Warning, "{option}");
        assert_eq!(codes(&found, Severity::Error), [""; 0], "{option}: {found:#?}");
    }
}
