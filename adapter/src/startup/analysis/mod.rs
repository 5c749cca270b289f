//! What the record means: the critical path, findings with what each would save, and what other
//! memory sizes would make of it.

mod connections;
mod critical_path;
mod entropy;
mod findings;
mod moved;
mod series;
#[cfg(test)]
mod tests;
mod what_if;

pub(super) use critical_path::CriticalPath;
pub(super) use findings::{Finding, find};
pub(super) use what_if::{Estimate, what_if};

use super::clock::Nanos;
use super::record::{Mark, Profile, Request, Step, StepId};
use super::report::Start;

/// What is worth a finding: less is noise on a busy machine.
pub(super) const WORTH: Nanos = 5_000_000;

/// The share of a CPU that a function with so much memory has.
pub(super) fn share(memory_mb: u64) -> f64 {
    /// The memory of one whole CPU.
    const ONE_CPU_MB: f64 = 1769.0;
    #[allow(clippy::cast_precision_loss, reason = "memory sizes are small")]
    let memory_mb = memory_mb as f64;
    (memory_mb / ONE_CPU_MB).clamp(f64::MIN_POSITIVE, 1.0)
}

/// The record, with what the analysis asks of it.
#[derive(Clone, Copy)]
pub(super) struct Story<'a> {
    pub(super) profile: &'a Profile,
    pub(super) start: Start,
    /// The function's memory; outside Lambda what most would choose.
    pub(super) memory_mb: u64,
}

impl<'a> Story<'a> {
    pub(super) fn of(profile: &'a Profile, start: Start) -> Self {
        /// Where nothing is known: a size that many choose.
        const USUAL_MB: u64 = 512;
        let memory_mb = crate::runtime::env::memory_mb().unwrap_or(USUAL_MB);
        Self { profile, start, memory_mb }
    }

    pub(super) fn init_end(&self) -> Option<Mark> {
        self.profile.init_end()
    }

    pub(super) fn main(&self) -> Mark {
        self.profile.main()
    }

    pub(super) fn first_answer(&self) -> Option<(&'a Request, Mark)> {
        let first = self.profile.requests.first()?;
        Some((first, first.end?))
    }

    pub(super) fn step(&self, id: StepId) -> &'a Step {
        &self.profile.steps[id]
    }

    /// Steps with their places.
    pub(super) fn steps(&self) -> impl Iterator<Item = (StepId, &'a Step)> + use<'a> {
        self.profile.steps.iter().enumerate()
    }

    /// Those that happened in INIT as a whole.
    pub(super) fn in_init(&self) -> impl Iterator<Item = (StepId, &'a Step)> + use<'a> {
        let end = self.init_end().map_or(Nanos::MAX, |end| end.at);
        self.steps()
            .filter(move |(_, step)| step.request.is_none() && step.end != 0 && step.end <= end)
    }

    /// Whether it has no steps in it.
    pub(super) fn is_leaf(&self, id: StepId) -> bool {
        !self.profile.steps.iter().any(|step| step.parent == Some(id))
    }

    /// Whether it is `outer` or in it.
    pub(super) fn is_in(&self, mut id: StepId, outer: StepId) -> bool {
        loop {
            if id == outer {
                return true;
            }
            match self.step(id).parent {
                Some(parent) => id = parent,
                None => return false,
            }
        }
    }
}
