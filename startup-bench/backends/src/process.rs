//! A server's process, and how it ends.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;

/// How long a server may take to end.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long it may take to write what it has to write.
const PATIENCE_WITH_A_STOP: Duration = Duration::from_secs(30);

/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(2);

/// What starts a server's command; see [`spawn_with`](crate::DatabaseBuilder::spawn_with).
pub(crate) type Spawn<'a> = dyn FnMut(Command) -> io::Result<Child> + 'a;

/// A process with a group of its own. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    ends_by: Signal,
}

impl Process {
    /// Starts the command, or lets `spawn` do it.
    pub(crate) fn spawn(
        mut command: Command,
        ends_by: Signal,
        spawn: Option<&mut Spawn<'_>>,
    ) -> io::Result<Self> {
        command.stdin(Stdio::null()).process_group(0);
        let child = match spawn {
            Some(spawn) => spawn(command)?,
            None => command.spawn()?,
        };
        Ok(Self { child, ends_by })
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Ends it by another signal than when it is dropped, and waits; one that does not end is killed.
    pub(crate) fn stop(&mut self, by: Signal) {
        self.end(by, PATIENCE_WITH_A_STOP);
    }

    fn end(&mut self, by: Signal, patience: Duration) {
        if self.ended().is_some() {
            return;
        }
        let pid = Pid::from_raw(self.id().cast_signed());
        // It may end by itself meanwhile.
        let _ = kill(pid, by);
        if !self.has_ended_within(patience) {
            let _ = killpg(pid, Signal::SIGKILL);
            self.has_ended_within(PATIENCE);
        }
    }

    fn has_ended_within(&mut self, patience: Duration) -> bool {
        let start = Instant::now();
        while self.ended().is_none() {
            if start.elapsed() > patience {
                return false;
            }
            std::thread::sleep(LOOK);
        }
        true
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end(self.ends_by, PATIENCE);
    }
}
