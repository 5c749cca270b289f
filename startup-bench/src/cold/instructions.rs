//! Instructions from exec to the first response, by callgrind.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use lambdafy_emulator::{EmulatorBuilder, Sandbox};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::time::{sleep, timeout};

use super::launch::Starting;
use super::request::Request;
use super::start::{self, Starter};
use super::usage;
use crate::valgrind;

const OPTIONS: [&str; 3] =
    ["--tool=callgrind", "--callgrind-out-file=/dev/null", "--trace-children=yes"];

/// How long valgrind may take to say what it counted.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often processes are looked at that are about to end.
const LOOK: Duration = Duration::from_millis(10);

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
/// As [`until_second_next`]; if valgrind does not report on every process.
pub(super) async fn count(tool: &Path, launch: &Starting, request: &Request) -> Result<u64> {
    let ended = until_second_next(launch.under(tool, &OPTIONS), request).await?;
    ensure!(
        ended.reports >= ended.processes,
        "valgrind reported on {} processes, and {} were running",
        ended.reports,
        ended.processes
    );
    valgrind::collected(&ended.printed.join("\n"))
}

/// A function that has ended.
pub(crate) struct Ended {
    printed: Vec<String>,
    /// How many it was when it waited for its second event.
    processes: usize,
    /// On how many valgrind has reported since: others had ended before.
    reports: usize,
}

/// Runs a function under valgrind until it waits for its second event, and lets valgrind report.
///
/// # Errors
/// If valgrind can't run the program, or the function catches SIGTERM and so keeps valgrind from
/// reporting.
pub(crate) async fn until_second_next(
    builder: EmulatorBuilder,
    request: &Request,
) -> Result<Ended> {
    let starter = Starter::new(builder, None).await?;
    let (sandbox, _) = starter.first_answer(request).await?;
    let processes = usage::living(sandbox.pid())?;
    let reports_before = reports(&printed(&sandbox));
    sandbox.thaw();
    let ended = timeout(PATIENCE, end_politely(&sandbox, &processes)).await;
    if !matches!(ended, Ok(Ok(()))) {
        start::end(&sandbox).await;
    }
    ended.context("it did not end by SIGTERM, so valgrind did not report")??;
    let printed = printed(&sandbox);
    starter.stop().await;
    let reports = reports(&printed).saturating_sub(reports_before);
    Ok(Ended { printed, processes: processes.len(), reports })
}

fn printed(sandbox: &Sandbox) -> Vec<String> {
    sandbox.logs().into_iter().map(|line| line.text).collect()
}

/// How many processes valgrind has told its count of.
fn reports(printed: &[String]) -> usize {
    printed.iter().filter(|line| line.contains("Collected : ")).count()
}

/// Ends the first process last, which stands still until then: with its end, also by itself, all others
/// end before valgrind has reported.
async fn end_politely(sandbox: &Sandbox, processes: &[u32]) -> Result<()> {
    let first = sandbox.pid();
    signal(first, Signal::SIGSTOP)?;
    for pid in processes.iter().filter(|pid| **pid != first) {
        signal(*pid, Signal::SIGTERM)?;
    }
    while usage::living(first)?.iter().any(|pid| *pid != first) {
        sleep(LOOK).await;
    }
    signal(first, Signal::SIGTERM)?;
    signal(first, Signal::SIGCONT)?;
    sandbox.ended().await;
    Ok(())
}

fn signal(pid: u32, signal: Signal) -> Result<()> {
    let pid = Pid::from_raw(pid.try_into().context("a process id")?);
    // It may have ended by itself.
    let _ = kill(pid, signal);
    Ok(())
}
