//! A server that runs, watched from outside.

use std::fs::File;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::page::Visitor;
use crate::process::{cpu_time, status_field};

/// How long a start may take; a first one makes tables.
const PATIENCE: Duration = Duration::from_secs(300);
/// How long a server may take to end what it does.
const TO_END: Duration = Duration::from_secs(20);
/// The pause after a refused connection, and after an answer that is none.
const LOOK: Duration = Duration::from_millis(1);

/// A running server, which ends when this is dropped.
#[derive(Debug)]
pub(super) struct Started {
    child: Child,
    /// From the start of the process to the end of the first page.
    pub(super) first_page: Duration,
    /// What it had used by then.
    pub(super) cpu: Duration,
}

impl Started {
    /// Starts it and waits for its first home page.
    ///
    /// # Errors
    /// If it ends or never answers; with the end of what it printed.
    pub(super) fn new(command: &mut Command, server: SocketAddr, log: &Path) -> Result<Self> {
        let output = File::create(log).context("the server's log")?;
        let errors = output.try_clone().context("the server's log")?;
        command.stdin(Stdio::null()).stdout(output).stderr(errors);
        let start = Instant::now();
        let child = command.spawn().context("the server can't be started")?;
        let mut started = Self { child, first_page: Duration::ZERO, cpu: Duration::ZERO };
        while !answers(server) {
            if let Ok(Some(status)) = started.child.try_wait() {
                bail!("the server ended, {status}: {}", end_of(log));
            }
            if start.elapsed() > PATIENCE {
                bail!("no home page after {PATIENCE:?}: {}", end_of(log));
            }
            std::thread::sleep(LOOK);
        }
        started.first_page = start.elapsed();
        started.cpu = cpu_time(started.child.id())?;
        Ok(started)
    }

    /// The most memory resident so far.
    ///
    /// # Errors
    /// If the process is gone.
    pub(super) fn peak_rss_kb(&self) -> Result<u64> {
        let folder = Path::new("/proc").join(self.child.id().to_string());
        status_field(&folder, "VmHWM:")
    }

    /// Asks it to end, and waits.
    pub(super) fn stop(mut self) {
        let pid = i32::try_from(self.child.id()).map(Pid::from_raw);
        // It may have ended by itself.
        let _ = pid.map(|pid| kill(pid, Signal::SIGTERM));
        let asked = Instant::now();
        while asked.elapsed() < TO_END && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(LOOK);
        }
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn answers(server: SocketAddr) -> bool {
    let visitor = Visitor::connect(server, "/");
    visitor.is_some_and(|mut visitor| visitor.fetch().is_ok_and(|status| status == 200))
}

fn end_of(log: &Path) -> String {
    let text = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(10)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn a_server_that_ends_is_told_with_what_it_printed() {
        let scratch = Scratch::new().unwrap();
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "echo the port is taken >&2; exit 3"]);
        let nobody = SocketAddr::from(([127, 0, 0, 1], 1));
        let error = Started::new(&mut command, nobody, &scratch.path("server.log")).unwrap_err();
        let said = error.to_string();
        assert!(said.contains("the port is taken") && said.contains("status: 3"), "{said}");
    }
}
