//! What the tools of AWS, HashiCorp and others say of every template.

#![allow(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

mod support;

use std::path::Path;
use std::process::Command;

use lambdafy_deploy::{cloudformation, policy};
use serde_json::Value;

/// HashiCorp's own parser and formatter, which npm has as WebAssembly: the files parse, and
/// formatting changes nothing.
#[test]
fn terraform_has_nothing_to_format() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("terraform");
    write(&folder, "main.tf");
    let npm = support::npm();
    let output = Command::new("node")
        .arg(support::tests().join("terraform_format.cjs"))
        .arg(npm.join("@cdktf"))
        .arg(&folder)
        .output()
        .unwrap();
    assert_good(&output);
    terraform_agrees(&folder);
}

/// The command itself, where it is installed: it is in no package registry.
fn terraform_agrees(folder: &Path) {
    let mut terraform = Command::new("terraform");
    // Without it, terraform would ask its maker for news.
    terraform.env("CHECKPOINT_DISABLE", "1").args(["fmt", "-check", "-recursive", "-diff"]);
    match terraform.arg(folder).output() {
        Ok(output) => assert_good(&output),
        Err(_) => eprintln!("terraform is not installed: its parser and formatter have run"),
    }
}

fn assert_good(output: &std::process::Output) {
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{errors}");
}

/// cfn-lint, `sam validate --lint`, aws-sam-translator, openapi-spec-validator, parliament for the
/// policies, and GitHub's schema of workflows.
#[test]
fn no_validator_finds_anything_in_any_template() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("templates");
    write(&folder, "");
    let workflow = folder.join("github/plain");
    std::fs::create_dir_all(&workflow).unwrap();
    let guide = support::tests().join("../docs/github-actions.yml");
    std::fs::copy(guide, workflow.join("workflow.yml")).unwrap();
    let output = Command::new(support::python())
        .arg(support::tests().join("validate.py"))
        .arg(&folder)
        .output()
        .unwrap();
    assert_good(&output);
}

/// Writes every template whose file name ends so.
fn write(folder: &Path, suffix: &str) {
    let _ = std::fs::remove_dir_all(folder);
    for case in support::cases() {
        let folder = folder.join(case.door).join(case.option.as_deref().unwrap_or("plain"));
        std::fs::create_dir_all(&folder).unwrap();
        let json = cloudformation::json(&case.deployment);
        let function =
            json["Resources"]["Role"]["Properties"]["Policies"][0]["PolicyDocument"].clone();
        let more = [
            ("cloudformation.json", json.to_string()),
            ("policy.json", policy::document(&case.deployment).to_string()),
            ("function.json", with_arns(function).to_string()),
        ];
        for (file, text) in support::formats(&case.deployment).into_iter().chain(more) {
            if file.ends_with(suffix) {
                std::fs::write(folder.join(file), text).unwrap();
            }
        }
    }
}

/// The function's policy with an ARN for each reference, of the service that its actions are of.
fn with_arns(mut policy: Value) -> Value {
    for statement in policy["Statement"].as_array_mut().unwrap() {
        let service =
            statement["Action"][0].as_str().unwrap().split(':').next().unwrap().to_owned();
        let arn = match service.as_str() {
            "logs" => "arn:aws:logs:eu-west-1:123456789012:log-group:a:log-stream:b",
            "sqs" => "arn:aws:sqs:eu-west-1:123456789012:a",
            "secretsmanager" => "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a",
            "s3" if statement["Action"][0] == "s3:ListBucket" => "arn:aws:s3:::a",
            "s3" => "arn:aws:s3:::a/*",
            _ => continue,
        };
        for resource in statement["Resource"].as_array_mut().unwrap() {
            if !resource.is_string() {
                *resource = arn.into();
            }
        }
    }
    policy
}
