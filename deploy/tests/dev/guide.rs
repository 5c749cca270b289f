//! The guide's commands, as they stand in the README, up to the local twin.

use std::path::Path;
use std::process::Command;

use crate::running::{Running, get};

/// The first block of a language after a heading.
fn block<'a>(readme: &'a str, heading: &str, language: &str) -> &'a str {
    let part = readme.split(heading).nth(1).unwrap();
    let block = part.split(&format!("```{language}\n")).nth(1).unwrap();
    block.split("```").next().unwrap()
}

/// From `cargo new` to `init --write`, with main written where the comment says so.
fn script(readme: &str) -> String {
    let guide = block(readme, "## From `cargo new` to a live URL", "sh");
    let (start, end) =
        (guide.find("cargo new").unwrap(), guide.find("cargo lambdafy dev").unwrap());
    let script = guide[start..end].replace("# now write", "cp ../main.rs src/main.rs # now write");
    assert!(script.contains("cp ") && script.contains("cargo lambdafy init --write"), "{script}");
    // What the workspace has downloaded is enough, if it is let: not what the registry has newest.
    let script = script.replace("cd hello", "cp lambdafy/Cargo.lock hello && cd hello");
    let named = "cargo add axum tokio --features tokio/full\n";
    assert!(script.contains(named), "{script}");
    // cargo takes no feature of a crate with a version beside another one.
    let (axum, tokio) = (requirement("axum"), requirement("tokio"));
    let required = format!("cargo add axum@{axum}\ncargo add tokio@{tokio} --features full\n");
    let script = script.replace(named, &required);
    format!("set -e\n{script}cargo build --quiet\n")
}

/// Which versions of a crate this workspace takes.
fn requirement(name: &str) -> String {
    let manifest = std::fs::read_to_string(checkout().join("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    manifest["workspace"]["dependencies"][name]["version"].as_str().unwrap().to_owned()
}

fn checkout() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

#[test]
fn the_guides_project_answers_in_the_local_twin() {
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    // Outside of this workspace, which `cargo new` would otherwise add its package to.
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::os::unix::fs::symlink(checkout(), folder.join("lambdafy")).unwrap();
    let main = block(&readme, "## From `cargo new` to a live URL", "rust");
    std::fs::write(folder.join("main.rs"), main).unwrap();
    // What it builds stays, for the next time.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("guide");
    let done = Command::new("sh")
        .args(["-c", &script(&readme)])
        .current_dir(folder)
        .env("PATH", crate::support::path_with(Path::new(env!("CARGO_BIN_EXE_cargo-lambdafy"))))
        .env("CARGO_TARGET_DIR", &target)
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}");
    assert!(said.contains("written. Next: cargo lambdafy dev"), "{said}");

    let twin = Running::in_folder(&folder.join("hello"), &target);
    assert_eq!(get(&twin.url("/")), (200, "hello".to_owned()));
}
