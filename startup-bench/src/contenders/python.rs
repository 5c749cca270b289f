//! FastAPI by mangum, on AWS's runtime client: both by pip, with the versions of all packages.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::Launch;
use super::install::{self, Folder};

/// FastAPI as a Lambda function.
pub(super) fn fastapi() -> Result<Launch> {
    install::need("python3", "python3")?;
    let runtime = Folder::new("python/runtime");
    runtime.install(&["requirements.txt"], |folder| {
        let mut command = Command::new("python3");
        let made = install::run(command.args(["-m", "venv"]).arg(folder));
        made.context("python3 -m venv, on Debian from the package python3-venv")?;
        pip(folder, &[], folder)
    })?;
    let app = Folder::new("python/app");
    app.install(&["requirements.txt", "app.py"], |folder| {
        pip(&runtime.path(), &["--target", "."], folder)
    })?;

    let mut launch = Launch::of_program(runtime.path().join("bin/python3"));
    launch.arguments = ["-m", "awslambdaric", "app.handler"].map(Into::into).into();
    launch.deployed = vec![app.path()];
    launch.directory = Some(app.path());
    Ok(launch)
}

/// Installs ready-made packages only: what is not there as such does not belong on Lambda either.
fn pip(runtime: &Path, arguments: &[&str], folder: &Path) -> Result<()> {
    let mut command = Command::new(runtime.join("bin/python3"));
    command.args(["-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:"]);
    command.args(["--disable-pip-version-check", "--requirement", "requirements.txt"]);
    command.args(arguments).current_dir(folder);
    install::run(&mut command).context("pip install")
}
