//! The guide's commands, as they stand in the README, up to the local twin.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::running::{Running, get};

/// Outside of this workspace, which `cargo new` would otherwise add its package to.
fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("lambdafy-guide-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

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
    // What the workspace has downloaded is enough, if it is let.
    let script = script.replace("cd hello", "cp lambdafy/Cargo.lock hello && cd hello");
    format!("set -e\n{script}cargo build --quiet\n")
}

#[test]
fn the_guides_project_answers_in_the_local_twin() {
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let folder = folder();
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    std::os::unix::fs::symlink(checkout, folder.join("lambdafy")).unwrap();
    let main = block(&readme, "## From `cargo new` to a live URL", "rust");
    std::fs::write(folder.join("main.rs"), main).unwrap();
    // What it builds stays, for the next time.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("guide");
    let done = Command::new("sh")
        .args(["-c", &script(&readme)])
        .current_dir(&folder)
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
    drop(twin);
    std::fs::remove_dir_all(&folder).unwrap();
}
