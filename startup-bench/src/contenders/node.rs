//! Express by serverless-express, on Node and AWS's runtime client: both by npm, with lock files.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::Launch;
use super::install::{self, Folder};

/// What the runtime client compiles with, and Debian's package of it.
const COMPILERS: [(&str, &str); 3] = [("cmake", "cmake"), ("c++", "g++"), ("make", "make")];

/// Express as a Lambda function.
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
    let machine = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    let mut launch = Launch::of_program(modules.join(format!("node-linux-{machine}/bin/node")));
    launch.arguments = vec![modules.join("aws-lambda-ric/index.mjs").into()];
    launch.environment.push(("_HANDLER".into(), "index.handler".into()));
    launch.deployed = vec![app.path()];
    launch.directory = Some(app.path());
    Ok(launch)
}

fn npm_ci(folder: &Path) -> Result<()> {
    let mut command = Command::new("npm");
    // The packages' engines are those of the Node that they run on, not of npm's.
    command.args(["ci", "--omit=dev", "--loglevel=error"]).current_dir(folder);
    install::run(&mut command).context("npm ci")
}
