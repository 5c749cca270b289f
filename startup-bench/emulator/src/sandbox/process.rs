//! A sandbox's process, and how it ends.

use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use tokio::process::{Child, ChildStderr, ChildStdout, Command};
use tokio::time::timeout;

use super::guard::Guarded;
use super::pause::Pause;
use crate::host::Place;

/// How long a process may take after SIGTERM, on Lambda and here.
const GRACE: Duration = Duration::from_millis(500);

/// How often a killed process is looked at until it is gone.
const LOOKS: u32 = 200;

/// A process with a group of its own; ended with all its children when it is dropped.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    pid: Pid,
    place: Arc<Place>,
    _guarded: Guarded,
    is_over: bool,
}

impl Process {
    pub(super) fn spawn(mut command: Command, place: Arc<Place>) -> io::Result<Self> {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let Some(id) = child.id() else {
            return Err(io::Error::other("the process has no id"));
        };
        Ok(Self {
            child,
            pid: Pid::from_raw(id.cast_signed()),
            _guarded: Guarded::new(id, place.cgroup().as_deref()),
            place,
            is_over: false,
        })
    }

    pub(super) fn id(&self) -> u32 {
        self.pid.as_raw().cast_unsigned()
    }

    pub(super) fn pause(&self) -> Pause {
        Pause::new(self.pid, self.place.clone())
    }

    pub(super) fn output(&mut self) -> (Option<ChildStdout>, Option<ChildStderr>) {
        (self.child.stdout.take(), self.child.stderr.take())
    }

    /// Waits for its end, which may be its own.
    pub(super) async fn wait(&mut self) -> Option<ExitStatus> {
        let status = self.child.wait().await.ok();
        self.is_over = true;
        self.kill_group();
        status
    }

    /// Ends it by SIGTERM, and by SIGKILL if that takes longer than Lambda allows.
    pub(super) async fn end_politely(&mut self) -> Option<ExitStatus> {
        // It may be gone already: then the wait is short.
        let _ = kill(self.pid, Signal::SIGTERM);
        match timeout(GRACE, self.wait()).await {
            Ok(status) => status,
            Err(_elapsed) => self.end().await,
        }
    }

    /// Ends it by SIGKILL.
    pub(super) async fn end(&mut self) -> Option<ExitStatus> {
        self.kill_group();
        self.wait().await
    }

    fn kill_group(&self) {
        // There may be nothing left of the group.
        let _ = killpg(self.pid, Signal::SIGKILL);
        // What has left the group too; and what is frozen can die.
        self.place.kill();
    }
}

impl Drop for Process {
    /// Only where the async end could not run, as when the tokio runtime is shut down.
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        self.kill_group();
        for _ in 0..LOOKS {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_micros(500));
        }
    }
}
