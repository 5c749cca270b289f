//! What the documents say is what the program does.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

mod support;

#[path = "documentation/costs.rs"]
mod costs;
#[path = "documentation/settings.rs"]
mod settings;

use std::path::{Path, PathBuf};
use std::process::Command;

use lambdafy_deploy::settings::{Name, Settings};
use lambdafy_deploy::{Deployment, policy};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(file(name)).unwrap()
}

/// What the command says of itself.
fn help(arguments: &[&str]) -> String {
    let command = env!("CARGO_BIN_EXE_cargo-lambdafy");
    let output = Command::new(command).args(arguments).arg("--help").output().unwrap();
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The commands and what they are for, as `--help` lists them.
fn commands() -> Vec<(String, String)> {
    let help = help(&[]);
    let list = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let rows = list.lines().filter_map(|line| line.trim().split_once("  "));
    rows.map(|(name, what)| (name.to_owned(), what.trim().to_owned()))
        .filter(|(name, _)| name != "help")
        .collect()
}

#[test]
fn the_readme_lists_every_command_as_its_help_does() {
    let readme = read("README.md");
    for (name, what) in commands() {
        assert!(readme.contains(&format!("| `{name}` | {what} |")), "{name}: {what}");
    }
}

/// Every `cargo lambdafy ...` in a document is a command with flags that it has.
#[test]
fn every_command_line_in_the_documents_can_be_typed() {
    let known = commands();
    let mut seen = 0;
    for name in ["README.md", "docs/github-actions.yml", "docs/settings.md", "../README.md"] {
        let text = read(name);
        for line in text.split("cargo lambdafy ").skip(1) {
            let line =
                line.lines().next().unwrap().split(['`', '#', '|', ';', ')']).next().unwrap();
            let mut words = line.split_whitespace();
            let Some(command) = words.next().filter(|word| *word != "...") else {
                continue;
            };
            let command = command.trim_end_matches([',', '.', ':']);
            assert!(known.iter().any(|(known, _)| known == command), "{name}: {line}");
            let help = help(&[command]);
            for flag in words.filter(|word| word.starts_with("--")) {
                let flag = flag.split('=').next().unwrap().trim_end_matches([',', '.', ':']);
                assert!(
                    help.contains(&format!("{flag} ")) || help.contains(&format!("{flag}\n")),
                    "{name}: {line}: {flag}"
                );
            }
            seen += 1;
        }
    }
    assert!(seen > 12, "only {seen}");
}

#[test]
fn the_table_of_settings_is_what_the_source_says() {
    same("docs/settings.md", &settings::table());
}

#[test]
fn the_deployers_policy_is_what_the_guides_project_needs() {
    let name = Name::try_from("hello".to_owned()).unwrap();
    let policy = policy::document(&Deployment::new(name, Settings::default()));
    same("docs/deployer-policy.json", &format!("{policy:#}\n"));
}

#[test]
fn the_costs_follow_from_the_prices_and_durations_beside_them() {
    costs::check(&read("README.md"));
}

#[allow(clippy::disallowed_methods, reason = "a developer's switch, for this test only")]
fn same(name: &str, text: &str) {
    if std::env::var_os("LAMBDAFY_SNAPSHOTS").is_some_and(|value| value == "overwrite") {
        std::fs::write(file(name), text).unwrap();
    }
    assert!(
        std::fs::read_to_string(file(name)).is_ok_and(|written| written == text),
        "{name} is not up to date: LAMBDAFY_SNAPSHOTS=overwrite cargo test -p lambdafy-deploy \
         --test documentation"
    );
}
