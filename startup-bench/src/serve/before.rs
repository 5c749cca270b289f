//! Runs of the app before it is served, such as one that fills its database.

use std::process::{Command, Stdio};

use anyhow::{Context, ensure};

use crate::program::Program;

/// Runs the app once with each of these texts as arguments, separated by spaces, one after the
/// other, as an ordinary program. What it prints goes to standard error: standard output may be
/// JSON.
///
/// # Errors
/// If a run can't begin or fails.
pub(super) fn run(
    program: &Program,
    runs: &[String],
    environment: &[(String, String)],
) -> anyhow::Result<()> {
    for arguments in runs {
        let status = Command::new(&program.path)
            .args(arguments.split_whitespace())
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(std::io::stderr())
            .status()
            .with_context(|| format!("--before \"{arguments}\": {} can't be run", program.name))?;
        ensure!(status.success(), "--before \"{arguments}\" failed ({status})");
    }
    Ok(())
}
