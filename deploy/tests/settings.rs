//! What is wrong in the settings is said with its line and its key, and no secret.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

use lambdafy_deploy::settings::{Settings, SettingsError};

/// The error of settings that begin in line 4 of their manifest.
fn error(settings: &str) -> SettingsError {
    let manifest = format!("[package]\nname = \"x\"\n[package.metadata.lambdafy]\n{settings}\n");
    match Settings::from_manifest("app/Cargo.toml", &manifest) {
        Err(error) => error,
        Ok(_) => panic!("nothing is wrong with {settings}"),
    }
}

#[test]
fn each_mistake_is_named_with_its_line_and_key() {
    for (settings, line, key, message) in [
        ("memory-mb = 64", 4, "memory-mb", "from 128 to 10240, got 64"),
        ("timeout-s = 901", 4, "timeout-s", "from 1 to 900, got 901"),
        ("\ntmp-mb = \"1\"", 5, "tmp-mb", "invalid type"),
        ("memory = 512", 4, "memory", "unknown field `memory`, expected one of"),
        ("front-door = \"http\"", 4, "front-door", "unknown variant `http`, expected one of"),
        ("log-retention-days = 31", 4, "log-retention-days", "got 31"),
        ("name = \"Orders\"", 4, "name", "lower-case letters"),
        ("base-path = \"billing\"", 4, "base-path", "begins with a slash"),
        ("profile = \"a\\nb\"", 4, "profile", "expected letters"),
        ("region = \"eu west\"", 4, "region", "expected letters"),
        ("binary = \"../x\"", 4, "binary", "expected letters"),
        (
            "environment = { AWS_REGION = \"x\" }",
            4,
            "environment.AWS_REGION",
            "set by Lambda itself",
        ),
        (
            "[package.metadata.lambdafy.database]\nengine = \"oracle\"",
            5,
            "database.engine",
            "unknown variant `oracle`",
        ),
        (
            "[[package.metadata.lambdafy.schedule]]\nname = \"x\"\nexpression = \"rate(1 minutes)\"",
            6,
            "schedule.0.expression",
            "rate(1 hour) or rate(5 minutes)",
        ),
        (
            "[[package.metadata.lambdafy.queue]]\nname = \"x\"\narn = \"arn:aws:sns:eu-west-1:1:x\"",
            6,
            "queue.0.arn",
            "expected the ARN of an SQS queue",
        ),
        (
            "[[package.metadata.lambdafy.permission]]\n\
             actions = [\"s3:GetObject\", \"GetItem\"]\nresources = [\"*\"]",
            5,
            "permission.0.actions",
            "expected service:Action, such as dynamodb:GetItem, got \"GetItem\"",
        ),
        (
            "[[package.metadata.lambdafy.permission]]\nactions = [\"s3:GetObject\"]\nresources = [\"files\"]",
            6,
            "permission.0.resources",
            "expected an ARN",
        ),
    ] {
        let error = error(settings);
        assert_eq!((error.line(), error.key()), (Some(line), key), "{settings}: {error}");
        assert!(error.message().contains(message), "{settings}: {error}");
        assert!(error.to_string().starts_with(&format!("app/Cargo.toml:{line}:")), "{error}");
    }
}

#[test]
fn settings_that_contradict_each_other_are_refused() {
    for (settings, key, message) in [
        ("front-door = \"alb\"", "front-door", "needs [package.metadata.lambdafy.alb]"),
        (
            "front-door = \"http-api\"\nstreaming = true",
            "streaming",
            "only a REST API or a function URL",
        ),
        ("openapi = \"x.json\"", "openapi", "only a REST API or an HTTP API"),
        ("access-logs = true", "access-logs", "only a REST API or an HTTP API"),
        ("gateway-timeout-s = 20", "gateway-timeout-s", "no API Gateway"),
        (
            "domain = { name = \"a.b\", certificate = \"arn:aws:acm:x:1:certificate/1\" }",
            "domain",
            "no domain of its own",
        ),
        (
            "front-door = \"rest-api\"\ncloudfront = { signed = true }",
            "cloudfront.signed",
            "only for function URLs",
        ),
        ("database = { engine = \"mysql\" }", "database", "expected host"),
        (
            "database = { engine = \"mysql\", host = \"a\", instance-class = \"db.t4g.micro\" }",
            "database.host",
            "not both",
        ),
        ("vpc = { subnets = [], security-groups = [] }", "vpc", "at least one"),
        ("throttle = { rate = 5 }", "throttle", "only a REST API or an HTTP API"),
        (
            "front-door = \"alb\"\nalb = { vpc = \"vpc-1\", subnets = [\"subnet-1\", \"subnet-1\"] }",
            "alb.subnets",
            "two subnets",
        ),
        (
            "database = { engine = \"mysql\", instance-class = \"db.t4g.micro\" }\n\
             vpc = { subnets = [\"subnet-1\"], security-groups = [\"sg-1\"] }",
            "database",
            "two or more",
        ),
        (
            "permission = [{ actions = [], resources = [\"*\"] }]",
            "permission.0.actions",
            "one action",
        ),
        (
            "permission = [{ actions = [\"x:y\"], resources = [] }]",
            "permission.0.resources",
            "one ARN",
        ),
        ("secrets = { A_B = \"arn:aws:s3:::x\" }", "secrets.A_B", "secretsmanager"),
        ("bucket = [{ name = \"a\" }, { name = \"a\" }]", "bucket", "two of them"),
    ] {
        let error = error(settings);
        assert_eq!(error.key(), key, "{settings}: {error}");
        assert!(error.message().contains(message), "{settings}: {error}");
        assert!(error.line().is_some(), "{settings}");
    }
}

#[test]
fn no_value_of_the_environment_is_repeated_in_an_error() {
    for settings in [
        "[package.metadata.lambdafy.environment]\nDB_PASSWORD = \"hunter2",
        "[package.metadata.lambdafy.environment]\nDB_PASSWORD = hunter2",
        "[package.metadata.lambdafy.environment]\nDB_PIN = 4712",
        "[package.metadata.lambdafy.environment]\nA = \"hunter2\"",
        "[package.metadata.lambdafy.environment]\n\"A B\" = \"hunter2\"",
        "environment = { DB_PASSWORD = \"hunter2\", A = 4712 }",
        "environment = { AWS_REGION = \"hunter2\" }",
        "environment.DB_PIN = 4712",
        "[package.metadata.lambdafy.environment]\nLINES = \"\"\"\nhunter2\n\\q hunter2\n\"\"\"",
    ] {
        let error = error(settings);
        for said in [error.to_string(), format!("{error:?}")] {
            assert!(!said.contains("hunter2") && !said.contains("4712"), "{settings}: {said}");
        }
        assert!(error.line().is_some_and(|line| line >= 4), "{settings}: {error}");
    }
}

#[test]
fn debug_output_has_no_value_of_the_environment() {
    let manifest = "[package]\nname = \"x\"\n[package.metadata.lambdafy]\n\
                    environment = { DB_PASSWORD = \"hunter2\" }\n";
    let settings = Settings::from_manifest("Cargo.toml", manifest).unwrap();
    let said = format!("{settings:?}");
    assert!(said.contains("DB_PASSWORD") && !said.contains("hunter2"), "{said}");
}
