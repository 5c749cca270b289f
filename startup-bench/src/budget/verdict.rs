//! One figure beside what the budget allows.

use std::fmt;

use super::file::{Limit, Most};
use crate::report::{Panel, Report, number};

/// How a figure stands to its limit.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    limit: Limit,
    tolerance: f64,
    /// `None` if this run did not measure it.
    measured: Option<Measured>,
}

/// A median, and the interval that it may as well be anywhere in.
#[derive(Clone, Copy, Debug)]
struct Measured {
    median: f64,
    low: f64,
    high: f64,
}

impl Verdict {
    pub(super) fn new(limit: &Limit, tolerance: f64, report: &Report) -> Self {
        let panel = Panel { case: limit.case.clone(), memory_mb: limit.memory_mb };
        let (contender, metric) = (limit.contender.as_str(), limit.metric);
        let measured = match &limit.most {
            Most::Value(_) => report.samples(&panel, contender, metric).cloned(),
            Most::Ratio { of, .. } => report.ratio(&panel, contender, of, metric),
        };
        let measured = measured.map(|samples| {
            let (low, high) = samples.interval();
            Measured { median: samples.median(), low, high }
        });
        Self { limit: limit.clone(), tolerance, measured }
    }

    /// Was it measured, and is it not too bad?
    pub(super) fn is_kept(&self) -> bool {
        self.measured.is_some_and(|measured| measured.median <= self.most())
    }

    fn recorded(&self) -> f64 {
        match self.limit.most {
            Most::Ratio { ratio, .. } => ratio,
            Most::Value(value) => value,
        }
    }

    fn most(&self) -> f64 {
        self.recorded() * (1.0 + self.tolerance)
    }

    fn shown(&self, value: f64) -> String {
        match &self.limit.most {
            Most::Ratio { of, .. } => format!("{value:.3} of {of}"),
            Most::Value(_) => number(value),
        }
    }

    /// It is over the limit, but may as well be within it.
    fn is_unsure(&self, measured: Measured) -> bool {
        measured.median > self.most() && measured.low <= self.most()
    }

    fn word(&self, measured: Measured) -> &'static str {
        if self.is_unsure(measured) {
            "UNSURE"
        } else if measured.median > self.most() {
            "WORSE"
        } else if measured.median < self.recorded() * (1.0 - self.tolerance) {
            "better"
        } else {
            "same"
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = self.limit.name();
        let Some(measured) = self.measured else {
            return write!(
                f,
                "  MISSING {what}: recorded {}, not measured by this run; measure it (see \
                 --case, --contender), or take its line out of the budget",
                self.shown(self.recorded())
            );
        };
        write!(
            f,
            "  {:<7} {what}: {} -> {}{}, at most {}",
            self.word(measured),
            self.shown(self.recorded()),
            self.shown(measured.median),
            change(self.recorded(), measured.median),
            self.shown(self.most()),
        )?;
        if self.is_unsure(measured) {
            write!(
                f,
                "; but it may as well be {} or {}: measure again, with more runs or on a quieter machine",
                self.shown(measured.low),
                self.shown(measured.high)
            )?;
        }
        Ok(())
    }
}

fn change(recorded: f64, measured: f64) -> String {
    if recorded == 0.0 {
        return String::new();
    }
    format!(" ({:+.1} %)", (measured / recorded - 1.0) * 100.0)
}
