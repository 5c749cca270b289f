//! `osls package` takes serverless.yml, and makes of it what was meant.

#![allow(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

mod support;

use std::path::Path;
use std::process::Command;

use serde_json::Value;

#[test]
fn osls_packages_every_front_door() {
    for door in support::DOORS {
        for option in ["plain", "everything"] {
            let template = packaged(door, option);
            assert!(template["Resources"]["AppLambdaFunction"].is_object(), "{door} {option}");
        }
    }
}

#[test]
fn no_value_becomes_a_variable_of_the_framework() {
    let template = packaged("function-url", "environment");
    let function = &template["Resources"]["AppLambdaFunction"]["Properties"];
    let variables = function["Environment"]["Variables"].as_object().unwrap();
    let text = std::fs::read_to_string(support::tests().join("options/environment.toml")).unwrap();
    let option: toml::Table = toml::from_str(&text).unwrap();
    let wanted = option["environment"].as_table().unwrap();
    assert_eq!(wanted.len(), variables.len());
    for (name, value) in wanted {
        assert_eq!(joined(&variables[name]), value.as_str().unwrap(), "{name}");
    }
}

/// A text, or what CloudFormation joins to one.
fn joined(value: &Value) -> String {
    match &value["Fn::Join"][1] {
        Value::Array(parts) => parts.iter().map(|part| part.as_str().unwrap()).collect(),
        _ => value.as_str().unwrap().to_owned(),
    }
}

/// The CloudFormation template that osls makes.
fn packaged(door: &'static str, option: &str) -> Value {
    let cases = support::cases();
    let case = cases
        .iter()
        .find(|case| case.door == door && case.option.as_deref().unwrap_or("plain") == option)
        .unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("serverless").join(door).join(option);
    let _ = std::fs::remove_dir_all(&folder);
    let package = folder.join("target/lambda/orders");
    std::fs::create_dir_all(&package).unwrap();
    // Offline, osls looks only at whether there is a zip.
    std::fs::write(package.join("bootstrap.zip"), EMPTY_ZIP).unwrap();
    let formats = support::formats(&case.deployment);
    let (file, text) = formats.iter().find(|(file, _)| *file == "serverless.yml").unwrap();
    std::fs::write(folder.join(file), text).unwrap();
    let output = Command::new(support::npm().join(".bin/osls"))
        .args(["package", "--region", "eu-west-1"])
        .current_dir(&folder)
        .env("SLS_TELEMETRY_DISABLED", "1")
        .env("AWS_ACCESS_KEY_ID", "none")
        .env("AWS_SECRET_ACCESS_KEY", "none")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{door} {option}: {said}{errors}");
    let made = folder.join(".serverless/cloudformation-template-update-stack.json");
    serde_json::from_slice(&std::fs::read(made).unwrap()).unwrap()
}

const EMPTY_ZIP: &[u8] = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
