//! A sandbox that answers an invocation.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::Sandbox;
use crate::LogLine;

/// A sandbox in use, until this is dropped.
#[derive(Debug)]
pub(crate) struct Usage {
    sandbox: Sandbox,
    cold_start: Option<Duration>,
    first_line: usize,
}

impl Sandbox {
    /// Marks the beginning of an invocation: from now on it is not frozen.
    pub(crate) fn begin(&self) -> Usage {
        self.inner.busy.fetch_add(1, Ordering::SeqCst);
        self.inner.invocations.fetch_add(1, Ordering::Relaxed);
        let is_first = !self.inner.is_used.swap(true, Ordering::Relaxed);
        Usage {
            sandbox: self.clone(),
            cold_start: is_first.then(|| self.inner.started.elapsed()),
            first_line: self.inner.logs.count(),
        }
    }
}

impl Usage {
    pub(crate) fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// How long the start took, if this is the first use.
    pub(crate) fn cold_start(&self) -> Option<Duration> {
        self.cold_start.map(|start| self.sandbox.init_duration().unwrap_or(start))
    }

    /// What the sandbox printed since it is in use; since its start, for the first use.
    pub(crate) fn logs(&self) -> Vec<LogLine> {
        self.sandbox.inner.logs.catch_up();
        let is_first = self.cold_start.is_some();
        self.sandbox.inner.logs.since(if is_first { 0 } else { self.first_line })
    }
}

impl Drop for Usage {
    fn drop(&mut self) {
        self.sandbox.inner.busy.fetch_sub(1, Ordering::SeqCst);
    }
}
