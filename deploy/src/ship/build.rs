//! Building with cargo-lambda.

use std::path::PathBuf;

use tokio::process::Command;

use super::{Progress, ShipError};
use crate::Project;
use crate::deployment::Deployment;
use crate::settings::Architecture;

/// The command that builds the function.
pub(super) fn command(project: &Project, deployment: &Deployment) -> Vec<String> {
    let profile = deployment.settings.profile.as_deref().unwrap_or("release");
    let mut words = vec!["cargo", "lambda", "build", "--profile", profile];
    words.extend(["--package", &project.package, "--bin", &deployment.binary]);
    words.push(match deployment.settings.architecture {
        Architecture::X86_64 => "--x86-64",
        Architecture::Arm64 => "--arm64",
    });
    words.into_iter().map(str::to_owned).collect()
}

/// Builds the function, and returns the path of the executable. Cargo shows its own progress.
///
/// # Errors
/// If cargo-lambda is not there or fails.
pub async fn build(
    project: &Project,
    deployment: &Deployment,
    progress: Progress<'_>,
) -> Result<PathBuf, ShipError> {
    look_for_target(project, deployment).await?;
    let words = command(project, deployment);
    progress.step(&words.join(" "));
    let status = Command::new(&words[0])
        .args(&words[1..])
        .current_dir(&project.workspace)
        .status()
        .await
        .map_err(|error| ShipError::new(format!("cargo cannot be started: {error}")))?;
    if !status.success() {
        return Err(ShipError::new(
            "cargo lambda build failed; is cargo-lambda there? `pip install cargo-lambda ziglang`",
        ));
    }
    let built = project.package_of(&deployment.binary);
    if built.is_file() {
        return Ok(built);
    }
    Err(ShipError::new(format!("cargo lambda build left no {}", built.display())))
}

/// Looks whether the compiler has arm64, if that is wanted: cargo-lambda would otherwise have rustup fetch it, without
/// a question.
///
/// # Errors
/// If it has not, or there is no compiler.
pub async fn look_for_target(project: &Project, deployment: &Deployment) -> Result<(), ShipError> {
    const TARGET: &str = "aarch64-unknown-linux-gnu";
    if deployment.settings.architecture == Architecture::X86_64 {
        return Ok(());
    }
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "target-libdir", "--target", TARGET]).current_dir(&project.workspace);
    let output = rustc.output().await;
    let output =
        output.map_err(|error| ShipError::new(format!("rustc cannot be started: {error}")))?;
    let folder = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() && std::path::Path::new(&folder).is_dir() {
        return Ok(());
    }
    Err(ShipError::new(format!(
        "the compiler has no target {TARGET}: rustup target add {TARGET}, or architecture = \"x86_64\""
    )))
}
