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

#[test]
fn what_is_wrong_is_said_with_what_to_do_next() {
    let main: &[&str] = &["src/main.rs"];
    let cases: [(&str, &[&str], Vec<&str>, i32, &str); 14] = [
        ("memory-mb = 64", main, vec!["check"], 1, "Cargo.toml:9:13: memory-mb: expected a number"),
        ("", &["src/lib.rs"], vec!["check"], 1, "has no binary: add src/main.rs"),
        (
            "",
            &["src/bin/one.rs", "src/bin/two.rs"],
            vec!["template"],
            1,
            "set `binary` in [package.metadata.lambdafy] to one of: one, two",
        ),
        (
            "",
            main,
            vec!["check", "--package", "x"],
            1,
            "no package x in the workspace, but: wrong-3",
        ),
        (
            "",
            main,
            vec!["check", "--front-door", "alb"],
            1,
            "error: --front-door: a load balancer needs",
        ),
        ("", main, vec!["check", "--region", "eu west"], 1, "error: --region: expected letters"),
        ("", main, vec!["check", "--env", "x"], 1, "--env: expected NAME=VALUE"),
        (
            "",
            main,
            vec!["deploy", "--dry-run", "--bootstrap", "none"],
            1,
            "--bootstrap: there is no file none: build it first",
        ),
        (
            "",
            main,
            vec!["template", "--format", "openapi"],
            1,
            "a function URL has no OpenAPI document: take --front-door rest-api or http-api",
        ),
        (
            "front-door = \"http-api\"\nopenapi = \"none.json\"",
            main,
            vec!["check"],
            1,
            "none.json: it cannot be read",
        ),
        (
            "",
            main,
            vec!["template", "--format", "yaml"],
            2,
            "[possible values: sam, cloudformation",
        ),
        ("", main, vec!["logs", "--since", "5"], 2, "expected a number and s, m, h or d"),
        ("", main, vec!["init"], 1, "has settings already: cargo lambdafy check"),
        ("snapstart = true", main, vec!["check"], 3, "error[snapstart-runtime]"),
    ];
    for (at, (settings, sources, arguments, code, said)) in cases.into_iter().enumerate() {
        let folder = package(&format!("wrong-{at}"), settings, sources);
        let (found, errors) = run(&folder, &arguments);
        assert_eq!(found, code, "{arguments:?}: {errors}");
        assert!(errors.contains(said), "{arguments:?}: {errors}");
    }
}
