//! Instructions from exec to the first response, by callgrind.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use lambdafy_emulator::EmulatorBuilder;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::time::timeout;

use super::launch::Starting;
use super::request::Request;
use super::start::{self, Starter};
use crate::valgrind;

const OPTIONS: [&str; 3] =
    ["--tool=callgrind", "--callgrind-out-file=/dev/null", "--trace-children=yes"];

/// How long valgrind may take to say what it counted.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where valgrind is.
///
/// # Errors
/// If it is not installed.
pub(crate) fn tool() -> Result<PathBuf> {
    let found = Command::new("/bin/sh").args(["-c", "command -v valgrind"]).output();
    let found = found.context("can't start /bin/sh")?.stdout;
    let path = String::from_utf8_lossy(&found).trim().to_owned();
    ensure!(!path.is_empty(), "this needs valgrind (Debian: apt-get install valgrind)");
    Ok(path.into())
}

/// Counts one start, of all its processes, until the function waits for its second event.
///
/// # Errors
/// As [`until_second_next`]; if valgrind reports no count.
pub(super) async fn count(tool: &Path, launch: &Starting, request: &Request) -> Result<u64> {
    let log = until_second_next(launch.under(tool, &OPTIONS), request).await?;
    valgrind::collected(&log.join("\n"))
}

/// Runs a function under valgrind until it waits for its second event, and lets valgrind report. What
/// was printed.
///
/// # Errors
/// If valgrind can't run the program, or the function catches SIGTERM and so keeps valgrind from
/// reporting.
pub(crate) async fn until_second_next(
    builder: EmulatorBuilder,
    request: &Request,
) -> Result<Vec<String>> {
    let starter = Starter::new(builder, None).await?;
    let (sandbox, _) = starter.first_answer(request).await?;
    sandbox.thaw();
    let group = Pid::from_raw(sandbox.pid().try_into().context("a process id")?);
    killpg(group, Signal::SIGTERM).context("can't end valgrind")?;
    let ended = timeout(PATIENCE, sandbox.ended()).await;
    if ended.is_err() {
        start::end(&sandbox).await;
    }
    ended.context("it did not end by SIGTERM, so valgrind did not report")?;
    let log = sandbox.logs().into_iter().map(|line| line.text).collect();
    starter.stop().await;
    Ok(log)
}
