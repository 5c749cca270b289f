//! A sandbox that answers an invocation.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::report::{self, Report};
use super::{Inner, Sandbox};
use crate::{FunctionError, LogLine};

/// A sandbox in use, until this is dropped.
#[derive(Debug)]
pub(crate) struct Usage {
    sandbox: Sandbox,
    is_first: bool,
    first_line: usize,
    started: Option<Started>,
    report: Option<Report>,
}

/// An invocation that was given to the sandbox.
#[derive(Debug)]
struct Started {
    request_id: String,
    at: Instant,
    cpu_time: Option<Duration>,
}

impl Sandbox {
    /// Marks the beginning of an invocation: from now on it is not frozen.
    pub(crate) fn begin(&self) -> Usage {
        self.inner.busy.fetch_add(1, Ordering::SeqCst);
        self.inner.invocations.fetch_add(1, Ordering::Relaxed);
        Usage {
            sandbox: self.clone(),
            is_first: !self.inner.is_used.swap(true, Ordering::Relaxed),
            first_line: self.inner.logs.count(),
            started: None,
            report: None,
        }
    }
}

impl Usage {
    pub(crate) fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// The invocation is given to the sandbox now.
    pub(crate) fn start(&mut self, request_id: &str) {
        let inner = self.inner();
        inner.logs.catch_up();
        inner.logs.say(report::start(request_id, inner.function()));
        let request_id = request_id.to_owned();
        let cpu_time = self.sandbox.cpu_time();
        self.started = Some(Started { request_id, at: Instant::now(), cpu_time });
    }

    /// The invocation is over: writes what the platform says about that, once.
    pub(crate) fn finish(&mut self, error: Option<&FunctionError>) -> Option<&Report> {
        if self.report.is_none() {
            let Started { request_id, at, cpu_time } = self.started.as_ref()?;
            let report = Report {
                duration: at.elapsed(),
                init_duration: self.cold_start(),
                restore_duration: self.restore(),
                cpu_time: self.sandbox.cpu_time().and_then(|now| now.checked_sub((*cpu_time)?)),
                max_memory_used_bytes: self.sandbox.max_memory_used_bytes(),
            };
            let inner = self.inner();
            inner.logs.catch_up();
            for line in error.map_or_else(Vec::new, |error| report::fault(request_id, error)) {
                inner.logs.say(line);
            }
            inner.logs.say(report::end(request_id));
            inner.logs.say(report.line(request_id, inner.function(), error));
            inner.api.tell_report(|| report.telemetry(request_id, inner.function(), error));
            self.report = Some(report);
        }
        self.report.as_ref()
    }

    /// What the sandbox printed since it is in use; since its start, for the first use.
    pub(crate) fn logs(&self) -> Vec<LogLine> {
        let logs = &self.inner().logs;
        logs.catch_up();
        logs.since(if self.is_first { 0 } else { self.first_line })
    }

    /// How long the start took, if this is the first use and it was not part of it. With SnapStart
    /// it was long ago: when the version was published.
    fn cold_start(&self) -> Option<Duration> {
        let has_snapshot = self.inner().function().is_snapstart;
        let is_cold = self.is_first && !self.inner().starts_in_invocation && !has_snapshot;
        self.sandbox.init_duration().filter(|_| is_cold)
    }

    /// How long the restore took, if this is the first use.
    fn restore(&self) -> Option<Duration> {
        self.sandbox.restore_duration().filter(|_| self.is_first)
    }

    fn inner(&self) -> &Inner {
        &self.sandbox.inner
    }
}

impl Drop for Usage {
    fn drop(&mut self) {
        self.finish(None);
        self.sandbox.inner.busy.fetch_sub(1, Ordering::SeqCst);
    }
}
