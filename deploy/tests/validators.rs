//! What the tools of AWS, HashiCorp and others say of every template.

#![allow(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

mod support;

use std::path::Path;
use std::process::Command;

/// `terraform fmt` changes nothing, so the files parse and are formatted.
#[test]
fn terraform_has_nothing_to_format() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("terraform");
    write(&folder, "main.tf");
    let mut terraform = Command::new("terraform");
    // Without it, terraform would ask its maker for news.
    terraform.env("CHECKPOINT_DISABLE", "1").args(["fmt", "-check", "-recursive", "-diff"]);
    let Ok(output) = terraform.arg(&folder).output() else {
        eprintln!("terraform is not installed: only its files' own schema test has run");
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{errors}");
}

/// cfn-lint, `sam validate --lint`, aws-sam-translator and openapi-spec-validator.
#[test]
fn no_validator_finds_anything_in_any_template() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("templates");
    write(&folder, "");
    let output = Command::new(support::python())
        .arg(support::tests().join("validate.py"))
        .arg(&folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{errors}");
}

/// Writes every template whose file name ends so.
fn write(folder: &Path, suffix: &str) {
    let _ = std::fs::remove_dir_all(folder);
    for case in support::cases() {
        let folder = folder.join(case.door).join(case.option.as_deref().unwrap_or("plain"));
        std::fs::create_dir_all(&folder).unwrap();
        for (file, text) in support::formats(&case.deployment) {
            if file.ends_with(suffix) {
                std::fs::write(folder.join(file), text).unwrap();
            }
        }
    }
}
