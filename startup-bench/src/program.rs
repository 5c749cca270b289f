//! An app of the command line: an executable, or a package that is built first.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail, ensure};
use serde_json::Value;

/// An executable and what to call it.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) name: String,
    pub(crate) path: PathBuf,
}

impl Program {
    /// The name as Lambda takes it: of letters, digits, `-` and `_`, at most 64.
    pub(crate) fn function_name(&self) -> String {
        let is_fine = |char: char| char.is_ascii_alphanumeric() || char == '-' || char == '_';
        let fine = self.name.chars().map(|char| if is_fine(char) { char } else { '-' });
        fine.take(64).collect()
    }
}

/// Finds the executable; a name without a slash is a package, unless there is such a file. A package is
/// built with these features, as cargo takes them.
///
/// # Errors
/// If there is no such file, it is no executable, or the package can't be built.
pub(crate) fn find(app: &str, features: &[String]) -> anyhow::Result<Program> {
    let path = Path::new(app);
    if app.contains('/') || path.is_file() {
        let name = path.file_name().unwrap_or(path.as_os_str());
        check(path).with_context(|| format!("--app {app}"))?;
        return Ok(Program { name: name.to_string_lossy().into_owned(), path: path.to_owned() });
    }
    Ok(Program { name: app.to_owned(), path: build(app, features)? })
}

/// An environment variable, as an option's value.
///
/// # Errors
/// If it is not `NAME=VALUE`.
pub(crate) fn variable(variable: &str) -> anyhow::Result<(String, String)> {
    let (name, value) = variable.split_once('=').context("not NAME=VALUE")?;
    ensure!(!name.is_empty(), "not NAME=VALUE");
    Ok((name.to_owned(), value.to_owned()))
}

/// The path of an executable, as an option's value.
///
/// # Errors
/// If there is no such file, or it is no executable.
pub(crate) fn executable(path: &str) -> anyhow::Result<PathBuf> {
    check(Path::new(path))?;
    Ok(path.into())
}

fn check(path: &Path) -> anyhow::Result<()> {
    let Ok(metadata) = path.metadata() else {
        bail!("there is no such file");
    };
    ensure!(!metadata.is_dir(), "this is a folder: name the executable in it");
    ensure!(
        metadata.permissions().mode() & 0o111 != 0,
        "this file is not executable: chmod +x {}",
        path.display()
    );
    Ok(())
}

/// Builds a package; cargo shows its progress.
fn build(package: &str, features: &[String]) -> anyhow::Result<PathBuf> {
    let output = Command::new("cargo")
        .args(["build", "--release", "--bins", "--package", package])
        .arg("--message-format=json-render-diagnostics")
        .args(features.iter().flat_map(|feature| ["--features", feature]))
        .stderr(Stdio::inherit())
        .output()
        .context("cargo cannot be started")?;
    ensure!(
        output.status.success(),
        "the package {package} could not be built, cargo says why above; --app takes a package of \
         this workspace or the path of an executable, such as ./{package}"
    );
    let messages = String::from_utf8_lossy(&output.stdout);
    let mut binaries: Vec<(String, PathBuf)> = messages.lines().filter_map(binary).collect();
    // The package may have several: the one of its own name is the app.
    binaries.sort_by_key(|(name, _)| name != package);
    match binaries.into_iter().next() {
        Some((_, path)) => Ok(path),
        None => bail!("the package {package} has no binary"),
    }
}

/// The name and the path of a binary, if one of cargo's messages is about one.
fn binary(message: &str) -> Option<(String, PathBuf)> {
    let message: Value = serde_json::from_str(message).ok()?;
    let path = message["executable"].as_str()?;
    let name = message["target"]["name"].as_str()?;
    Some((name.to_owned(), path.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_called_as_lambda_allows() {
        let program = |name: &str| Program { name: name.to_owned(), path: PathBuf::new() };
        assert_eq!(program("page.py").function_name(), "page-py");
        assert_eq!(program("existing-axum_app1").function_name(), "existing-axum_app1");
        assert_eq!(program(&"ä".repeat(99)).function_name(), "-".repeat(64));
    }
}
