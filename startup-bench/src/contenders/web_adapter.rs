//! Lambda Web Adapter: an extension that turns events into requests to a web server.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{IGNORE_STAGE, Launch, cargo};

const CRATE: &str = "lambda_web_adapter";
const VERSION: &str = "1.0.0-rc1";

/// The web server with the adapter as its extension. The adapter waits until the web server answers
/// at this path. They meet at a port that was free when they were built: two of them at the same time
/// need a network namespace each.
pub(super) fn launch(server: PathBuf, readiness_path: &str) -> Result<Launch> {
    let mut launch = Launch::of_program(server);
    let adapter = install()?;
    let port = free_port()?.to_string();
    let variables = [
        IGNORE_STAGE,
        ("AWS_LWA_READINESS_CHECK_PATH", readiness_path),
        ("AWS_LWA_PORT", &port),
        ("PORT", &port),
    ];
    launch.environment.extend(variables.map(|(name, value)| (name.into(), value.into())));
    launch.deployed.push(adapter.clone());
    launch.extensions.push(adapter);
    Ok(launch)
}

/// It needs a lambda_http that can't stand beside the current one in one lock file: it is installed as
/// its authors publish it, with their lock file and release profile.
fn install() -> Result<PathBuf> {
    let root = cargo::workspace().join("target/web-adapter");
    let program = root.join("bin/lambda-adapter");
    if program.exists() {
        return Ok(program);
    }
    let status = Command::new("cargo")
        .args(["install", CRATE, "--locked", "--version"])
        .arg(format!("={VERSION}"))
        .arg("--root")
        .arg(root)
        .status()
        .context("can't start cargo")?;
    if !status.success() {
        bail!("cargo install {CRATE} failed");
    }
    Ok(program)
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no free port")?;
    Ok(listener.local_addr()?.port())
}
