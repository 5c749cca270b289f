//! A server that runs, watched from outside.

use std::fs::File;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::interrupt::Interrupt;
use super::page::Visitor;
use crate::process::{cpu_time, status_field};

/// How long a start may take; a first one makes tables.
const PATIENCE: Duration = Duration::from_secs(300);
/// How long a server may take to end what it does.
const TO_END: Duration = Duration::from_secs(20);
/// The pause after a refused connection, of which a server knows nothing.
const LOOK: Duration = Duration::from_millis(1);
/// The pause after an answer that is not the page: answering is work within what is measured.
const ASK: Duration = Duration::from_millis(20);

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
    /// If it ends or never answers, with the end of what it printed; if a signal comes.
    pub(super) fn new(
        command: &mut Command,
        server: SocketAddr,
        log: &Path,
        interrupt: &Interrupt,
    ) -> Result<Self> {
        let output = File::create(log).context("the server's log")?;
        let errors = output.try_clone().context("the server's log")?;
        command.stdin(Stdio::null()).stdout(output).stderr(errors);
        let start = Instant::now();
        let child = command.spawn().context("the server can't be started")?;
        let mut started = Self { child, first_page: Duration::ZERO, cpu: Duration::ZERO };
        while let Some((pause, reason)) = lacks(server) {
            interrupt.check()?;
            if let Ok(Some(status)) = started.child.try_wait() {
                bail!("the server ended, {status}: {}", end_of(log));
            }
            if start.elapsed() > PATIENCE {
                bail!("no home page after {PATIENCE:?}, {reason}: {}", end_of(log));
            }
            std::thread::sleep(pause);
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

/// Why the page is not there yet, if it is not, and how long to wait before asking again.
fn lacks(server: SocketAddr) -> Option<(Duration, String)> {
    let Some(mut visitor) = Visitor::connect(server, "/") else {
        return Some((LOOK, "nobody listens".to_owned()));
    };
    match visitor.fetch() {
        Ok(200) => None,
        Ok(status) => Some((ASK, format!("status {status}"))),
        Err(error) => Some((ASK, format!("{error:#}"))),
    }
}

fn end_of(log: &Path) -> String {
    let text = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(10)..].join("\n")
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn a_server_that_ends_is_told_with_what_it_printed() {
        let scratch = Scratch::new().unwrap();
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "echo the port is taken >&2; exit 3"]);
        let nobody = SocketAddr::from(([127, 0, 0, 1], 1));
        let log = scratch.path("server.log");
        let error = Started::new(&mut command, nobody, &log, &Interrupt::never()).unwrap_err();
        let said = error.to_string();
        assert!(said.contains("the port is taken") && said.contains("status: 3"), "{said}");
    }

    #[test]
    fn a_server_that_is_not_ready_is_left_in_peace_between_two_questions() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = listener.local_addr().unwrap();
        let answers = std::thread::spawn(move || {
            for status in [503, 503, 503, 200] {
                let (mut stream, _) = listener.accept().unwrap();
                assert!(stream.read(&mut [0; 1024]).unwrap() > 0);
                write!(stream, "HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n").unwrap();
            }
        });
        let scratch = Scratch::new().unwrap();
        let mut process = Command::new("sleep");
        let log = scratch.path("server.log");
        let started = Started::new(process.arg("600"), server, &log, &Interrupt::never()).unwrap();
        assert!(started.first_page >= 3 * ASK, "{:?}", started.first_page);
        answers.join().unwrap();
    }
}
