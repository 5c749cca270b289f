//! Contenders on Node, by npm, with lock files.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::Launch;
use super::install::{self, Folder};

/// What the runtime client compiles with, and Debian's package of it.
const COMPILERS: [(&str, &str); 3] = [("cmake", "cmake"), ("c++", "g++"), ("make", "make")];

/// Express by serverless-express, on AWS's runtime client.
pub(super) fn express() -> Result<Launch> {
    install::need("npm", "npm")?;
    let runtime = Folder::new("node/runtime");
    runtime.install(&["package.json", "package-lock.json"], |folder| {
        for (program, package) in COMPILERS {
            install::need(program, package)?;
        }
        eprintln!("compiling AWS's runtime client for Node: about 5 minutes");
        npm_ci(folder)
    })?;
    let app = Folder::new("node/app");
    app.install(&["package.json", "package-lock.json", "index.mjs"], npm_ci)?;

    let modules = runtime.path().join("node_modules");
    let mut launch = Launch::of_program(executable(&modules));
    launch.arguments = vec![modules.join("aws-lambda-ric/index.mjs").into()];
    launch.environment.push(("_HANDLER".into(), "index.handler".into()));
    launch.deployed = vec![app.path()];
    launch.directory = Some(app.path());
    Ok(launch)
}

/// serverless-mysql or serverless-postgres, on a small runtime client of the bench's own.
pub(super) fn storm() -> Result<Launch> {
    install::need("npm", "npm")?;
    let app = Folder::new("node/storm");
    app.install(&["package.json", "package-lock.json", "index.mjs", "runtime.mjs"], npm_ci)?;
    let mut launch = Launch::of_program(executable(&app.path().join("node_modules")));
    launch.arguments = vec![app.path().join("index.mjs").into()];
    launch.deployed = vec![app.path()];
    launch.directory = Some(app.path());
    Ok(launch)
}

/// Node's executable among installed packages.
pub(super) fn executable(modules: &Path) -> PathBuf {
    let machine = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    modules.join(format!("node-linux-{machine}/bin/node"))
}

fn npm_ci(folder: &Path) -> Result<()> {
    let mut command = Command::new("npm");
    // The packages' engines are those of the Node that they run on, not of npm's.
    command.args(["ci", "--omit=dev", "--loglevel=error"]).current_dir(folder);
    install::run(&mut command).context("npm ci")
}
