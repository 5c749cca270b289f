//! The contenders: what they are called, how they are built, how they are started.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// One contender. Several may be the same program started in different ways.
#[derive(Debug)]
pub(crate) struct Contender {
    /// As on the command line and in the JSON rows.
    pub(crate) name: &'static str,
    /// The package of the contenders' workspace.
    package: &'static str,
    /// The argument that starts it as a Lambda function.
    pub(crate) flavor: &'static str,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Its result is measured in process and over the Runtime API.
    Adapter,
    /// The app without an adapter: no function result, no loop.
    Router,
    /// Only over the Runtime API.
    Function,
    /// Only over the Runtime API, with Lambda Web Adapter in front.
    WebAdapter,
}

/// The adapter that ratios and targets refer to.
pub(crate) const LAMBDA_HTTP: &str = "lambda_http";
/// The same on a current-thread runtime.
pub(crate) const LAMBDA_HTTP_CURRENT: &str = "lambda_http-current-thread";
/// What no adapter can save.
pub(crate) const ROUTER: &str = "router";
/// The contender that the targets are for.
pub(crate) const PRODUCT: &str = "lambdafy";

/// lambda_http's own switch against the stage that it puts before a REST API's paths: without it, its
/// router finds no route.
pub(crate) const IGNORE_STAGE: (&str, &str) = ("AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH", "true");

const WEB_ADAPTER: &str = "lambda_web_adapter";
const WEB_ADAPTER_VERSION: &str = "1.0.0-rc1";

const ALL: &[Contender] = &[
    contender(LAMBDA_HTTP, "lambda_http-contender", "multi-thread", Kind::Adapter),
    contender(LAMBDA_HTTP_CURRENT, "lambda_http-contender", "current-thread", Kind::Function),
    contender("axum-aws-lambda", "axum-aws-lambda-contender", "multi-thread", Kind::Adapter),
    contender("web-adapter", "web-app-contender", "multi-thread", Kind::WebAdapter),
    contender(
        "bare-lambda-runtime",
        "bare-lambda-runtime-contender",
        "multi-thread",
        Kind::Function,
    ),
    contender(
        "bare-lambda-runtime-current-thread",
        "bare-lambda-runtime-contender",
        "current-thread",
        Kind::Function,
    ),
    contender(ROUTER, "router-contender", "", Kind::Router),
    contender(PRODUCT, "lambdafy-contender", "current-thread", Kind::Adapter),
];

const fn contender(
    name: &'static str,
    package: &'static str,
    flavor: &'static str,
    kind: Kind,
) -> Contender {
    Contender { name, package, flavor, kind }
}

/// The contenders of `startup-bench translate` that were asked for, or all of them.
pub(crate) fn translators(names: &[String]) -> Result<Vec<&'static Contender>> {
    select(names, |kind| matches!(kind, Kind::Adapter | Kind::Router))
}

/// The contenders of `startup-bench loop` that were asked for, or all of them.
pub(crate) fn functions(names: &[String]) -> Result<Vec<&'static Contender>> {
    select(names, |kind| kind != Kind::Router)
}

fn select(names: &[String], fits: impl Fn(Kind) -> bool) -> Result<Vec<&'static Contender>> {
    let fitting: Vec<_> = ALL.iter().filter(|contender| fits(contender.kind)).collect();
    let known = |name: &String| fitting.iter().any(|contender| contender.name == name);
    if let Some(unknown) = names.iter().find(|name| !known(name)) {
        let there: Vec<_> = fitting.iter().map(|contender| contender.name).collect();
        bail!("no contender {unknown} here; there are: {}", there.join(", "));
    }
    let asked = |contender: &&Contender| {
        names.is_empty() || names.iter().any(|name| name == contender.name)
    };
    Ok(fitting.into_iter().filter(asked).collect())
}

/// A contender's programs.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) contender: &'static Contender,
    /// The contender itself, or the web server behind Lambda Web Adapter.
    pub(crate) path: PathBuf,
    /// Lambda Web Adapter, where that is the contender.
    pub(crate) front: Option<PathBuf>,
}

impl Program {
    /// Does it answer with a function's result when it translates in process?
    pub(crate) fn has_result(&self) -> bool {
        self.contender.kind != Kind::Router
    }
}

/// Builds the contenders' programs, or finds that they are up to date.
pub(crate) fn build(contenders: &[&'static Contender]) -> Result<Vec<Program>> {
    contenders.iter().map(|contender| build_one(contender)).collect()
}

fn build_one(contender: &'static Contender) -> Result<Program> {
    eprintln!("building {}", contender.name);
    let path =
        cargo_build(contender.package).with_context(|| format!("building {}", contender.name))?;
    let front = (contender.kind == Kind::WebAdapter).then(install_web_adapter).transpose()?;
    Ok(Program { contender, path, front })
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("contenders")
}

/// One package at a time: Cargo would unite the features of packages that it builds together.
fn cargo_build(package: &str) -> Result<PathBuf> {
    let output = Command::new("cargo")
        .args(["build", "--release", "--package", package])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(workspace())
        .stderr(Stdio::inherit())
        .output()
        .context("can't start cargo")?;
    if !output.status.success() {
        bail!("cargo build failed");
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    let executable =
        |line: &str| Some(serde_json::from_str::<Value>(line).ok()?["executable"].as_str()?.into());
    messages.lines().filter_map(executable).next_back().context("cargo named no executable")
}

/// Lambda Web Adapter needs a lambda_http that can't stand beside the current one in one lock file:
/// it is installed as its authors publish it, with their lock file and release profile.
fn install_web_adapter() -> Result<PathBuf> {
    let root = workspace().join("target/web-adapter");
    let program = root.join("bin/lambda-adapter");
    if program.exists() {
        return Ok(program);
    }
    let status = Command::new("cargo")
        .args(["install", WEB_ADAPTER, "--locked", "--version"])
        .arg(format!("={WEB_ADAPTER_VERSION}"))
        .arg("--root")
        .arg(root)
        .status()
        .context("can't start cargo")?;
    if !status.success() {
        bail!("cargo install {WEB_ADAPTER} failed");
    }
    Ok(program)
}
