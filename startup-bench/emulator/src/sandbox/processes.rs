//! The processes of a sandbox: the runtime's, and those of external extensions.

use std::future::pending;
use std::path::Path;
use std::process::ExitStatus;
use std::task::Poll;
use std::time::Duration;

use nix::unistd::Pid;
use tokio::time::{Instant, timeout, timeout_at};

use super::process::Process;
use crate::{FunctionError, RuntimeApi, ShutdownReason, failure};

/// How long a runtime may take after SIGTERM if only extensions in its own process are told.
const INTERNAL: Duration = Duration::from_millis(500);

/// How long runtime and external extensions may take together.
const EXTERNAL: Duration = Duration::from_secs(2);

/// The runtime's share of that, as in AWS's local emulator.
const RUNTIME_SHARE: f64 = 0.3;

/// All that the platform started in one sandbox.
#[derive(Debug)]
pub(super) struct Processes {
    runtime: Process,
    extensions: Vec<Extension>,
}

/// An external extension's process.
#[derive(Debug)]
pub(super) struct Extension {
    pub(super) name: String,
    pub(super) process: Process,
}

/// Which process ended by itself.
#[derive(Debug)]
pub(super) enum Exited {
    Runtime(Option<ExitStatus>),
    Extension(String, Option<ExitStatus>),
}

impl Processes {
    pub(super) fn new(runtime: Process, extensions: Vec<Extension>) -> Self {
        Self { runtime, extensions }
    }

    /// The id of the runtime's process.
    pub(super) fn id(&self) -> u32 {
        self.runtime.id()
    }

    /// The process groups.
    pub(super) fn groups(&self) -> Vec<Pid> {
        let extensions = self.extensions.iter().map(|extension| extension.process.group());
        std::iter::once(self.runtime.group()).chain(extensions).collect()
    }

    pub(super) fn has_extensions(&self) -> bool {
        !self.extensions.is_empty()
    }

    /// Waits until one of them ends by itself.
    pub(super) async fn wait(&mut self) -> Exited {
        let Self { runtime, extensions } = self;
        tokio::select! {
            status = runtime.wait() => Exited::Runtime(status),
            (name, status) = first(extensions) => Exited::Extension(name, status),
        }
    }

    /// Ends all by SIGKILL.
    pub(super) async fn kill(&mut self) -> Option<ExitStatus> {
        self.runtime.kill_all();
        let status = self.runtime.end().await;
        for extension in &mut self.extensions {
            extension.process.end().await;
        }
        status
    }

    /// Ends the runtime by SIGTERM and after 500 ms by SIGKILL: there is nothing else.
    pub(super) async fn end_runtime(&mut self) -> Option<ExitStatus> {
        self.runtime.end_politely(INTERNAL).await
    }

    /// Ends runtime and extensions as Lambda does: the runtime by SIGTERM, if it is to be told at
    /// all, the extensions by the event `SHUTDOWN`, and what is left after two seconds by SIGKILL.
    pub(super) async fn shut_down(
        &mut self,
        api: &RuntimeApi,
        reason: ShutdownReason,
    ) -> Option<ExitStatus> {
        let deadline = Instant::now() + EXTERNAL;
        let status = match reason {
            ShutdownReason::Spindown => {
                self.runtime.end_politely(EXTERNAL.mul_f64(RUNTIME_SHARE)).await
            }
            ShutdownReason::Timeout | ShutdownReason::Failure => {
                timeout_at(deadline, self.runtime.end()).await.ok().flatten()
            }
        };
        let told = api.shut_down(reason, deadline.duration_since(Instant::now()));
        for extension in &mut self.extensions {
            if told.contains(&extension.name) {
                // Those after the first have the same deadline.
                drop(timeout_at(deadline, extension.process.wait()).await);
            }
        }
        let left = self.kill().await;
        status.or(left)
    }
}

/// The first of the extensions that ends by itself; never, if there is none.
async fn first(extensions: &mut [Extension]) -> (String, Option<ExitStatus>) {
    if extensions.is_empty() {
        return pending().await;
    }
    let mut waits: Vec<_> = extensions
        .iter_mut()
        .map(|Extension { name, process }| {
            Box::pin(async move { (name.clone(), process.wait().await) })
        })
        .collect();
    std::future::poll_fn(|context| {
        let ended = waits.iter_mut().find_map(|wait| match wait.as_mut().poll(context) {
            Poll::Ready(ended) => Some(ended),
            Poll::Pending => None,
        });
        ended.map_or(Poll::Pending, Poll::Ready)
    })
    .await
}

/// The name by which an extension's file registers.
pub(super) fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// Waits until all extensions have registered, so that the runtime may be started.
pub(super) async fn registered(
    api: &RuntimeApi,
    extensions: &mut [Extension],
    limit: Duration,
) -> Result<(), FunctionError> {
    tokio::select! {
        registered = timeout(limit, api.extensions_registered()) => match registered {
            Ok(registered) => registered,
            Err(_elapsed) => Err(failure::init_timed_out(limit)),
        },
        (name, status) = first(extensions) => Err(failure::extension_exited(&name, status)),
    }
}
