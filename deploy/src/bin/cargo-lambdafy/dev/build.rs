//! Building for this machine.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, bail};
use lambdafy_deploy::Project;
use serde_json::Value;
use tokio::process::Command;

/// Builds the binary; cargo shows its own progress. Returns where it is, as cargo says.
pub(super) async fn build(
    project: &Project,
    binary: &str,
    profile: &str,
) -> anyhow::Result<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--profile", profile, "--package", &project.package, "--bin", binary]);
    cargo.args(["--message-format", "json-render-diagnostics"]).current_dir(&project.workspace);
    cargo.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
    let cargo = cargo.spawn().context("cargo cannot be started")?;
    let output = cargo.wait_with_output().await.context("cargo build")?;
    if !output.status.success() {
        bail!("cargo build failed");
    }
    let said = String::from_utf8_lossy(&output.stdout);
    let artifacts = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let executable = artifacts
        .filter(|artifact| artifact["target"]["name"] == binary)
        .filter_map(|artifact| artifact["executable"].as_str().map(PathBuf::from))
        .next_back();
    executable.with_context(|| format!("cargo build left no executable {binary}"))
}
