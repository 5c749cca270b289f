//! Whatever is wrong with the project or the command line is said with what to do next.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

use std::path::{Path, PathBuf};
use std::process::Command;

/// A package with some settings, and with the sources that are named.
fn package(name: &str, settings: &str, sources: &[&str]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wrong").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    for source in sources {
        let path = folder.join(source);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "fn main() {}\n").unwrap();
    }
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [package.metadata.lambdafy]\n{settings}\n"
    );
    std::fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    folder
}

/// The exit code and standard error.
fn run(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-lambdafy"));
    let output = command.args(arguments).current_dir(folder).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn is_said(name: &str, folder: &Path, line: &str, code: i32, said: &str) {
    let arguments: Vec<_> = line.split(' ').collect();
    let (found, errors) = run(folder, &arguments);
    assert_eq!(found, code, "{name}: {line}: {errors}");
    assert!(errors.contains(said), "{name}: {line}: {errors}");
}

#[test]
fn what_is_wrong_with_a_project_is_said_with_what_to_do_next() {
    let main: &[&str] = &["src/main.rs"];
    for (name, settings, sources, code, said) in [
        ("value", "memory-mb = 64", main, 1, "Cargo.toml:9:13: memory-mb: expected a number"),
        ("library", "", &["src/lib.rs"], 1, "has no binary: add src/main.rs"),
        (
            "two",
            "",
            &["src/bin/one.rs", "src/bin/other.rs"],
            1,
            "set `binary` in [package.metadata.lambdafy] to one of: one, other",
        ),
        (
            "routes",
            "front-door = \"http-api\"\nopenapi = \"none.json\"",
            main,
            1,
            "none.json: it cannot be read",
        ),
        ("refused", "snapstart = true", main, 3, "error[snapstart-runtime]"),
    ] {
        is_said(name, &package(name, settings, sources), "check", code, said);
    }
}

#[test]
fn what_is_wrong_with_a_command_line_is_said_with_what_to_do_next() {
    let folder = package("plain", "", &["src/main.rs"]);
    for (line, code, said) in [
        ("check --package x", 1, "no package x in the workspace, but: plain"),
        ("check --front-door alb", 1, "error: --front-door: a load balancer needs"),
        ("check --region eu_west!", 1, "error: --region: expected letters"),
        ("check --env x", 1, "--env: expected NAME=VALUE"),
        (
            "deploy --dry-run --bootstrap none",
            1,
            "--bootstrap: there is no file none: build it first",
        ),
        (
            "template --format openapi",
            1,
            "a function URL has no OpenAPI document: take --front-door",
        ),
        ("template --format yaml", 2, "[possible values: sam, cloudformation"),
        ("logs --since 5", 2, "expected a number and s, m, h or d"),
        ("init", 1, "has settings already: cargo lambdafy check"),
        ("checks", 2, "a similar subcommand exists: 'check'"),
    ] {
        is_said("plain", &folder, line, code, said);
    }
}
