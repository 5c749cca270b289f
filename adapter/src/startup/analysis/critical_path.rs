//! What INIT waited for, from its end back to its beginning.

use super::super::clock::Nanos;
use super::super::record::{Kind, StepId};
use super::Story;

/// A stretch of time on which INIT's length depended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Segment {
    /// Nothing where no step was named: the app's own code, or the runtime.
    pub(in super::super) step: Option<StepId>,
    pub(in super::super) begin: Nanos,
    pub(in super::super) end: Nanos,
    /// How much of it was computing.
    pub(in super::super) cpu: Nanos,
}

/// The stretches from `main` to INIT's end, in their order, without holes.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct CriticalPath(pub(in super::super) Vec<Segment>);

impl Segment {
    pub(in super::super) fn wall(&self) -> Nanos {
        self.end - self.begin
    }

    /// How long it takes with a part of a CPU: waiting takes what it takes.
    pub(in super::super) fn wall_at(&self, share: f64) -> f64 {
        #[allow(clippy::cast_precision_loss, reason = "a start takes no weeks")]
        let (wall, cpu) = (self.wall() as f64, self.cpu as f64);
        wall - cpu + cpu / share
    }
}

impl CriticalPath {
    /// Follows it back from the end: each stretch is the leaf that ended last before.
    pub(in super::super) fn of(story: &Story<'_>) -> Self {
        let Some(init_end) = story.init_end() else { return Self::default() };
        let first = story.main().at;
        let mut path = Vec::new();
        let mut at = init_end.at;
        while at > first {
            let Some(id) = last_before(story, at, first) else {
                path.push(Segment { step: None, begin: first, end: at, cpu: 0 });
                break;
            };
            let step = story.step(id);
            if step.end < at {
                path.push(Segment { step: None, begin: step.end, end: at, cpu: 0 });
            }
            let begin = step.begin.max(first);
            let cpu = step.cpu().min(step.end - begin);
            path.push(Segment { step: Some(id), begin, end: step.end, cpu });
            at = begin;
        }
        path.reverse();
        share_out(story, &mut path);
        Self(path)
    }

    pub(in super::super) fn has(&self, id: StepId) -> bool {
        self.0.iter().any(|segment| segment.step == Some(id))
    }
}

/// The leaf that ended last before `at`; of several the longest, which others may be waiting for.
fn last_before(story: &Story<'_>, at: Nanos, first: Nanos) -> Option<StepId> {
    let ended = story.in_init().filter(|(id, step)| {
        let is_before = step.end <= at && step.begin < at && step.end > first && step.wall() > 0;
        is_before && step.kind != Kind::Phase && story.is_leaf(*id)
    });
    ended.max_by_key(|(_, step)| (step.end, step.wall())).map(|(id, _)| id)
}

/// Gives the stretches without a step what CPU time is left over.
fn share_out(story: &Story<'_>, path: &mut [Segment]) {
    let Some(init_end) = story.init_end() else { return };
    let used = init_end.usage.cpu.saturating_sub(story.main().usage.cpu);
    let known = story.in_init().filter(|(id, step)| step.kind != Kind::Phase && story.is_leaf(*id));
    let known: Nanos = known.map(|(_, step)| step.cpu()).sum();
    let mut left = used.saturating_sub(known);
    for segment in path.iter_mut().filter(|segment| segment.step.is_none()) {
        segment.cpu = left.min(segment.wall());
        left -= segment.cpu;
    }
}
