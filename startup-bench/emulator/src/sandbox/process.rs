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
use super::logs::Pipe;
use crate::host::Place;
use crate::runtime_api::Category;

/// How often a killed process is looked at until it is gone.
const LOOKS: u32 = 200;

/// A process with a group of its own; ended with all its children when it is dropped.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    pid: Pid,
    place: Arc<Place>,
    /// Whether all else in the place ends with it.
    is_alone: bool,
    _guarded: Guarded,
    is_over: bool,
}

impl Process {
    /// Starts it; one that is alone in its place takes everything there with it when it ends.
    pub(super) fn spawn(
        mut command: Command,
        place: Arc<Place>,
        is_alone: bool,
    ) -> io::Result<Self> {
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
            is_alone,
            is_over: false,
        })
    }

    pub(super) fn id(&self) -> u32 {
        self.pid.as_raw().cast_unsigned()
    }

    pub(super) fn group(&self) -> Pid {
        self.pid
    }

    /// What it prints from now on, once.
    pub(super) fn output(&mut self, category: Category) -> io::Result<Vec<Pipe>> {
        let output = self.child.stdout.take().map(ChildStdout::into_owned_fd).transpose()?;
        let error = self.child.stderr.take().map(ChildStderr::into_owned_fd).transpose()?;
        let pipes = output.map(|fd| (fd, false)).into_iter().chain(error.map(|fd| (fd, true)));
        pipes.map(|(fd, is_error)| Pipe::new(fd, is_error, category)).collect()
    }

    /// Waits for its end, which may be its own. That may be done again.
    pub(super) async fn wait(&mut self) -> Option<ExitStatus> {
        let status = self.child.wait().await.ok();
        self.kill();
        self.is_over = true;
        status
    }

    /// Ends it by SIGTERM, and by SIGKILL if that takes too long.
    pub(super) async fn end_politely(&mut self, grace: Duration) -> Option<ExitStatus> {
        // It may be gone already: then the wait is short.
        let _ = kill(self.pid, Signal::SIGTERM);
        match timeout(grace, self.wait()).await {
            Ok(status) => status,
            Err(_elapsed) => self.end().await,
        }
    }

    /// Ends it by SIGKILL.
    pub(super) async fn end(&mut self) -> Option<ExitStatus> {
        self.kill();
        self.wait().await
    }

    /// Kills its group, and the rest of the place if that is all its own.
    fn kill(&self) {
        if self.is_over {
            // Its number may be another's by now.
            return;
        }
        // There may be nothing left of the group.
        let _ = killpg(self.pid, Signal::SIGKILL);
        if self.is_alone {
            self.kill_all();
        }
    }

    /// Kills all in its place: also what has left the group; and what is frozen can die.
    pub(super) fn kill_all(&self) {
        self.place.kill();
    }
}

impl Drop for Process {
    /// Only where the async end could not run, as when the tokio runtime is shut down.
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        self.kill();
        self.kill_all();
        for _ in 0..LOOKS {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_micros(500));
        }
    }
}
