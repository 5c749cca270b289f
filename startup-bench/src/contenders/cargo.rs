//! Contenders in Rust: the workspace in `contenders/`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::install::need;
use super::launch::Unavailable;

/// The heavy contenders are built together: what each adapter alone would switch on in tokio and hyper
/// makes no difference in an app that needs all of it, and the app's 400 crates are compiled once.
const HEAVY: Build = Build {
    profile: "heavy",
    packages: &[
        "heavy-axum-aws-lambda-contender",
        "heavy-lambda_http-contender",
        "heavy-lambdafy-contender",
        "heavy-web-app-contender",
    ],
    target: None,
    variables: &[],
};

/// Those whose build is a part of the cure, as the guide to cold starts says: link-time optimisation,
/// and no jitter entropy in aws-lc.
const CURED: Build = Build {
    profile: "heavy-function",
    packages: &["heavy-lambdafy-eager-contender", "heavy-lambdafy-unmodified-contender"],
    target: None,
    variables: &[("AWS_LC_SYS_NO_JITTER_ENTROPY", "1")],
};

/// And without a dynamic linker, and linked to a fixed address.
const STATIC: Build = Build {
    profile: "heavy-function",
    packages: &["heavy-lambdafy-tuned-contender"],
    target: MUSL,
    variables: &[
        ("AWS_LC_SYS_NO_JITTER_ENTROPY", "1"),
        ("CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_RUSTFLAGS", "-Crelocation-model=static"),
        ("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_MUSL_RUSTFLAGS", "-Crelocation-model=static"),
    ],
};

/// Rust's target without the machine's C library, where sandboxes run.
const MUSL: Option<&str> = if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
    Some("x86_64-unknown-linux-musl")
} else if cfg!(all(target_os = "linux", target_arch = "aarch64")) {
    Some("aarch64-unknown-linux-musl")
} else {
    None
};

/// How some packages are built together.
struct Build {
    profile: &'static str,
    packages: &'static [&'static str],
    /// If not for this machine as it is.
    target: Option<&'static str>,
    variables: &'static [(&'static str, &'static str)],
}

/// The folder of the contenders.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("contenders")
}

/// A hello contender, alone: Cargo would unite the features of packages that it builds together.
pub(super) fn hello(package: &str) -> Result<PathBuf> {
    executable(&workspace(), package, &["--release", "--package", package])
}

/// A heavy contender.
pub(super) fn heavy(package: &str) -> Result<PathBuf> {
    let builds = [&STATIC, &CURED];
    let build = builds.into_iter().find(|build| build.packages.contains(&package));
    let build = build.unwrap_or(&HEAVY);
    let packages = build.packages.iter().flat_map(|package| ["--package", package]);
    build.target.map_or(Ok(()), need_target)?;
    let target = build.target.into_iter().flat_map(|target| ["--target", target]);
    let options: Vec<_> =
        ["--profile", build.profile].into_iter().chain(packages).chain(target).collect();
    built(&workspace(), package, &options, build.variables)
}

/// Can programs be built for this target, whose C library is musl?
///
/// # Errors
/// If not: the contender is unavailable.
fn need_target(target: &str) -> Result<()> {
    let output = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", target])
        .stdin(Stdio::null())
        .output()
        .context("can't start rustc")?;
    if !Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir() {
        let reason = format!("Rust's target {target} is missing: rustup target add {target}");
        return Err(Unavailable(reason).into());
    }
    // For the libraries in C, such as aws-lc.
    need("musl-gcc", "musl-tools")
}

/// The function with a database, built as most apps are.
pub(super) fn storm() -> Result<PathBuf> {
    const PACKAGE: &str = "storm-contender";
    executable(&workspace(), PACKAGE, &["--profile", "heavy", "--package", PACKAGE])
}

/// What Cargo builds of a package of this workspace.
///
/// # Errors
/// If it does not build.
pub(crate) fn executable(workspace: &Path, package: &str, options: &[&str]) -> Result<PathBuf> {
    built(workspace, package, options, &[])
}

fn built(
    workspace: &Path,
    package: &str,
    options: &[&str],
    variables: &[(&str, &str)],
) -> Result<PathBuf> {
    let output = Command::new("cargo")
        .arg("build")
        .args(options)
        .envs(variables.iter().copied())
        .args(["--locked", "--message-format=json-render-diagnostics"])
        .current_dir(workspace)
        .stderr(Stdio::inherit())
        .output()
        .context("can't start cargo")?;
    if !output.status.success() {
        bail!("cargo build failed");
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    let executable = |line: &str| {
        let message: Value = serde_json::from_str(line).ok()?;
        let is_package = message["target"]["name"].as_str()? == package;
        is_package.then(|| message["executable"].as_str().map(PathBuf::from))?
    };
    messages.lines().find_map(executable).context("cargo named no executable")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_target_makes_a_contender_unavailable_with_the_command_that_adds_it() {
        let error = need_target("no-such-target").unwrap_err();
        assert!(error.is::<Unavailable>());
        assert!(error.to_string().contains("rustup target add no-such-target"), "{error}");
    }
}
