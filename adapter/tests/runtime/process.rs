//! The function's process, as the platform sees it.

#![allow(dead_code, reason = "every test binary uses a part of it")]

use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// The variable that names the app to be.
pub(crate) const APP: &str = "RUNTIME_TEST_APP";

/// After this a test has failed: much longer than anything takes on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A process; it ends when it is dropped.
pub(crate) struct Process {
    child: Child,
    log: Arc<Log>,
    reader: JoinHandle<()>,
}

/// How a process ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) log: Vec<String>,
}

#[derive(Default)]
struct Log {
    lines: Mutex<Vec<String>>,
    changed: Notify,
}

impl Process {
    /// Starts the app with these variables and no others.
    pub(crate) fn start<N, V>(app: &str, environment: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: AsRef<std::ffi::OsStr>,
        V: AsRef<std::ffi::OsStr>,
    {
        Self::start_program(&std::env::current_exe().unwrap(), app, environment)
    }

    /// Starts the app from another copy of this program.
    pub(crate) fn start_program<N, V>(
        program: &std::path::Path,
        app: &str,
        environment: impl IntoIterator<Item = (N, V)>,
    ) -> Self
    where
        N: AsRef<std::ffi::OsStr>,
        V: AsRef<std::ffi::OsStr>,
    {
        let mut child = Command::new(program)
            .args(["--exact", "function_process", "--nocapture"])
            .env_clear()
            .env(APP, app)
            .envs(environment)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let log = Arc::new(Log::default());
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let sink = log.clone();
        let reader = tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                sink.lines.lock().unwrap().push(line);
                sink.changed.notify_waiters();
            }
        });
        Self { child, log, reader }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// What it has written to standard error so far.
    pub(crate) fn log(&self) -> Vec<String> {
        self.log.lines.lock().unwrap().clone()
    }

    /// Waits for a line that contains `text`.
    pub(crate) async fn line(&self, text: &str) -> String {
        let found = async {
            loop {
                let changed = self.log.changed.notified();
                tokio::pin!(changed);
                changed.as_mut().enable();
                if let Some(line) = self.log().into_iter().find(|line| line.contains(text)) {
                    return line;
                }
                changed.await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, found).await;
        waited.unwrap_or_else(|_| panic!("no '{text}' in {:#?}", self.log()))
    }

    /// Sends SIGTERM, as Lambda and every container platform does.
    pub(crate) fn terminate(&self) {
        let pid = Pid::from_raw(self.pid().try_into().unwrap());
        kill(pid, Signal::SIGTERM).unwrap();
    }

    /// Waits for its end.
    pub(crate) async fn ended(mut self) -> Ended {
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        let Ok(status) = ended else { panic!("it does not end: {:#?}", self.log()) };
        self.reader.await.unwrap();
        let log = self.log.lines.lock().unwrap().clone();
        Ended { status: status.unwrap(), log }
    }
}

impl Ended {
    /// The lines that begin with `start`, without it.
    pub(crate) fn lines(&self, start: &str) -> Vec<&str> {
        self.log.iter().filter_map(|line| line.strip_prefix(start)).collect()
    }
}
