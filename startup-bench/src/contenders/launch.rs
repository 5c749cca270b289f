//! How a contender is started as a Lambda function.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::{App, Contender, Heavy, Hello, IGNORE_STAGE, cargo, node, python, web_adapter};

/// What Lambda would start, and with what.
#[derive(Clone, Debug)]
pub(crate) struct Launch {
    /// The runtime's executable, as `bootstrap` is on Lambda.
    pub(crate) program: PathBuf,
    /// Its arguments.
    pub(crate) arguments: Vec<OsString>,
    /// Its working directory, where the app's files are found there.
    pub(crate) directory: Option<PathBuf>,
    /// Environment variables beside Lambda's own, for the extensions too.
    pub(crate) environment: Vec<(String, String)>,
    /// External extensions, which are started beside it.
    pub(crate) extensions: Vec<PathBuf>,
    /// Files and folders that are deployed: what the contender's size is counted of.
    pub(crate) deployed: Vec<PathBuf>,
}

/// Why a contender can't be had on this machine. Not an error of the contender.
#[derive(Debug)]
pub(super) struct Unavailable(pub(super) String);

impl std::fmt::Display for Unavailable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unavailable {}

impl Launch {
    /// An executable that speaks the Runtime API by itself.
    pub(crate) fn of_program(program: PathBuf) -> Self {
        Self {
            deployed: vec![program.clone()],
            program,
            arguments: Vec::new(),
            directory: None,
            environment: Vec::new(),
            extensions: Vec::new(),
        }
    }

    /// How large what is deployed is, in bytes.
    ///
    /// # Errors
    /// If a file can't be seen.
    pub(crate) fn deployed_bytes(&self) -> Result<u64> {
        self.deployed.iter().try_fold(0, |sum, path| Ok(sum + bytes_of(path)?))
    }
}

/// Builds what a contender runs.
///
/// # Errors
/// If it does not build, or is [`Unavailable`].
pub(super) fn build(contender: &Contender, app: App) -> Result<Launch> {
    match app {
        App::Hello => hello(contender),
        App::Heavy => heavy(contender),
    }
}

fn hello(contender: &Contender) -> Result<Launch> {
    match contender.hello.context("it has no hello app")? {
        Hello::Translator(package, flavor) | Hello::Function(package, flavor) => {
            let mut launch = function(cargo::hello(package)?);
            launch.arguments.push(flavor.into());
            Ok(launch)
        }
        Hello::Router(package) => Ok(Launch::of_program(cargo::hello(package)?)),
        Hello::Node => node::express(),
        Hello::Python => python::fastapi(),
        Hello::WebServer(package) => web_adapter::launch(cargo::hello(package)?, "/hello"),
    }
}

fn heavy(contender: &Contender) -> Result<Launch> {
    match contender.heavy.context("it has no heavy app")? {
        Heavy::Function(package) | Heavy::Migrated(package) => Ok(function(cargo::heavy(package)?)),
        Heavy::WebServer(package) => web_adapter::launch(cargo::heavy(package)?, "/health"),
    }
}

fn function(program: PathBuf) -> Launch {
    let mut launch = Launch::of_program(program);
    let (name, value) = IGNORE_STAGE;
    launch.environment.push((name.into(), value.into()));
    launch
}

fn bytes_of(path: &Path) -> Result<u64> {
    let seen = || format!("can't see {}", path.display());
    // A link counts for itself, as it does in an archive.
    let entry = path.symlink_metadata().with_context(seen)?;
    if !entry.is_dir() {
        return Ok(entry.len());
    }
    let entries = path.read_dir().with_context(seen)?;
    entries.map(|entry| bytes_of(&entry.with_context(seen)?.path())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn what_is_deployed_counts_with_the_files_of_folders() {
        let scratch = Scratch::new().unwrap();
        let program = scratch.write("program", &[0; 1000]).unwrap();
        std::fs::create_dir_all(scratch.path("folder/inner")).unwrap();
        scratch.write("folder/one", &[0; 200]).unwrap();
        scratch.write("folder/inner/two", &[0; 30]).unwrap();
        let mut launch = Launch::of_program(program);
        launch.deployed.push(scratch.path("folder"));
        assert_eq!(launch.deployed_bytes().unwrap(), 1230);
    }
}
