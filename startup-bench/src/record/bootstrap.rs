//! Builds the bootstrap so that its own pages, which come from the disk too, are few.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// Where it is loaded never changes, so that nothing has to be relocated.
const FIXED: &str = "relocation-model=static";
/// libc is part of it.
const STATIC: &str = "target-feature=+crt-static";

/// How a program names what it needs of libc.
const VERSION: &[u8] = b"GLIBC_2.";
const LOADER: &[u8] = b"/ld-linux";
const UNWINDER: &[u8] = b"libgcc_s.so.1";

/// The bootstrap for this app. With libc in it, it runs everywhere and is 1.1 MB large. Without, it
/// is 0.3 MB, and what it reads of libc the app needs next anyway: so it is built for an app that
/// loads at least as new a libc.
///
/// # Errors
/// If it does not build.
pub(super) fn build(app: &[u8]) -> Result<PathBuf> {
    let small = cargo(&[FIXED])?;
    if runs_where(&std::fs::read(&small).context("the bootstrap")?, app) {
        return Ok(small);
    }
    cargo(&[FIXED, STATIC])
}

/// Will this bootstrap run wherever the app does?
fn runs_where(bootstrap: &[u8], app: &[u8]) -> bool {
    has(app, LOADER) && has(app, UNWINDER) && newest(bootstrap) <= newest(app)
}

fn cargo(flags: &[&str]) -> Result<PathBuf> {
    let output = Command::new("cargo")
        .args(["rustc", "--locked", "--package", "lambdafy-prefetch", "--bin", "lambdafy-prefetch"])
        .args(["--profile", "prefetch", "--message-format=json-render-diagnostics", "--"])
        .args(flags.iter().flat_map(|flag| ["-C", flag]))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit())
        .output()
        .context("cargo cannot be started")?;
    ensure!(output.status.success(), "the bootstrap could not be built, cargo says why above");
    let messages = String::from_utf8_lossy(&output.stdout);
    let executable = |line: &str| {
        let message: Value = serde_json::from_str(line).ok()?;
        message["executable"].as_str().map(PathBuf::from)
    };
    messages.lines().find_map(executable).context("cargo named no bootstrap")
}

fn has(program: &[u8], part: &[u8]) -> bool {
    places(program, part).next().is_some()
}

/// The minor number of the newest libc that a program needs; `None` if it needs none.
fn newest(program: &[u8]) -> Option<u32> {
    let numbers = places(program, VERSION).filter_map(|at| {
        let rest = program.get(at + VERSION.len()..)?;
        let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        std::str::from_utf8(rest.get(..length)?).ok()?.parse().ok()
    });
    numbers.max()
}

/// Where `part` occurs.
fn places<'a>(program: &'a [u8], part: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    let at = program.windows(part.len()).enumerate();
    at.filter(move |(_, bytes)| *bytes == part).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_libc_that_a_program_needs_is_found() {
        let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        assert!(newest(&own) >= Some(17) && newest(&own) < Some(100), "{:?}", newest(&own));
        assert_eq!(newest(b"GLIBC_2.9\0GLIBC_2.34\0GLIBC_2.2.5\0GLIBC_2.x\0GLIBC_2."), Some(34));
        assert_eq!(newest(b"GLIBC_PRIVATE"), None);
    }

    #[test]
    fn an_app_without_libc_or_with_an_older_one_gets_a_static_bootstrap() {
        let bootstrap = b"/lib64/ld-linux-x86-64.so.2\0libgcc_s.so.1\0GLIBC_2.34\0";
        let older = b"/lib64/ld-linux-x86-64.so.2\0libgcc_s.so.1\0GLIBC_2.26\0";
        assert!(runs_where(bootstrap, bootstrap) && runs_where(older, bootstrap));
        assert!(!runs_where(bootstrap, older) && !runs_where(bootstrap, b"\x7fELF"));
        let built = std::fs::read(build(b"\x7fELF").unwrap()).unwrap();
        assert!(built.len() < 1_500_000 && !has(&built, b"/ld-linux-"), "{} bytes", built.len());
        // A real one too, which was built here.
        let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        assert!(std::fs::read(build(&own).unwrap()).unwrap().len() < 500_000);
    }
}
