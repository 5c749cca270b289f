//! The deployments that all tests of templates are about: every front door with every option.

#![allow(dead_code, reason = "each test uses its own part")]
#![allow(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use lambdafy_deploy::settings::{Name, Settings};
use lambdafy_deploy::{Deployment, Format};

/// A front door with an option, or with none.
pub(crate) struct Case {
    pub(crate) door: &'static str,
    pub(crate) option: Option<String>,
    pub(crate) deployment: Deployment,
}

pub(crate) const DOORS: [&str; 4] = ["rest-api", "http-api", "function-url", "alb"];

/// The folder of the tests.
pub(crate) fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// Every front door with every option that it can have; first of each door the one without.
pub(crate) fn cases() -> Vec<Case> {
    let mut files: Vec<_> = std::fs::read_dir(tests().join("options"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut cases = Vec::new();
    for door in DOORS {
        cases.push(Case { door, option: None, deployment: deployment(door, "").unwrap() });
        for file in &files {
            let option = file.file_stem().unwrap().to_str().unwrap().to_owned();
            let text = std::fs::read_to_string(file).unwrap();
            if let Some(deployment) = deployment(door, &text) {
                cases.push(Case { door, option: Some(option), deployment });
            }
        }
    }
    cases
}

/// The deployment, unless the front door cannot have the option.
pub(crate) fn deployment(door: &str, option: &str) -> Option<Deployment> {
    let text = manifest(door, option);
    let settings = Settings::from_manifest("Cargo.toml", &text).ok()?;
    let openapi = settings.openapi.clone();
    let name = Name::try_from("orders".to_owned()).unwrap();
    let mut deployment = Deployment::new(name, settings).with_revision("1.0.0");
    if let Some(file) = openapi {
        let json = std::fs::read_to_string(tests().join(file)).unwrap();
        deployment = deployment.with_openapi(&json).unwrap();
    }
    Some(deployment)
}

/// The text of a manifest: the option's tables moved to where they belong.
pub(crate) fn manifest(door: &str, option: &str) -> String {
    let alb = match door {
        "alb" if !option.contains("[alb]") => {
            "\n[alb]\nvpc = \"vpc-0123456789abcdef0\"\n\
             subnets = [\"subnet-0123456789abcdef2\", \"subnet-0123456789abcdef3\"]\n"
        }
        _ => "",
    };
    let inner = format!("front-door = \"{door}\"\n{option}{alb}")
        .replace("\n[[", "\n[[package.metadata.lambdafy.")
        .replace("\n[", "\n[package.metadata.lambdafy.")
        .replace("[package.metadata.lambdafy.[package", "[[package");
    format!("[package]\nname = \"orders\"\n\n[package.metadata.lambdafy]\n{inner}")
}

/// The formats that the front door has: the file's name and its text.
pub(crate) fn formats(deployment: &Deployment) -> Vec<(&'static str, String)> {
    let written = |format: Format| Some((format.file_name(), format.write(deployment)?));
    Format::ALL.into_iter().filter_map(written).collect()
}

/// The folder `node_modules` with what `tests/serverless/package.json` names.
pub(crate) fn npm() -> PathBuf {
    let output = Command::new(tests().join("osls")).stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "deploy/tests/osls failed: is npm there?");
    String::from_utf8(output.stdout).unwrap().trim().into()
}

/// A Python with the validators and moto.
pub(crate) fn python() -> String {
    let output = Command::new(tests().join("python")).stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "deploy/tests/python failed: is python3-venv there?");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// The search path with the folder of a program before all others.
#[allow(clippy::disallowed_methods, reason = "what the child gets is this process's own and more")]
pub(crate) fn path_with(program: &Path) -> std::ffi::OsString {
    let own = std::env::var_os("PATH").unwrap_or_default();
    let first = program.parent().map(Path::to_path_buf).into_iter();
    std::env::join_paths(first.chain(std::env::split_paths(&own))).unwrap()
}
