//! Time as it is drawn: without the waits for the snapshot's restore and for events.

use super::super::analysis::Story;
use super::super::clock::Nanos;
use super::super::record::Moment;

/// The stretches that are drawn, one behind the other.
pub(super) struct Axis {
    stretches: Vec<(Nanos, Nanos)>,
}

impl Axis {
    pub(super) fn of(story: &Story<'_>) -> Self {
        let profile = story.profile;
        let last = profile.steps.iter().map(|step| step.end).max().unwrap_or_default();
        let init_end = story.init_end().map_or(last, |end| end.at);
        let mut stretches = vec![(story.start.at, init_end)];
        let at = |moment| profile.mark(moment).map(|mark| mark.at);
        if let (Some(restored), Some(next)) = (at(Moment::Restored), at(Moment::Next)) {
            stretches.push((restored, next));
        }
        let mut last = stretches.last().map_or(0, |stretch| stretch.1);
        for request in &profile.requests {
            let Some(end) = request.end else { continue };
            // Several may be open at once.
            let begin = request.begin.at.max(last);
            if end.at > begin {
                stretches.push((begin, end.at));
                last = end.at;
            }
        }
        Self { stretches }
    }

    /// How far behind the beginning a moment is drawn.
    pub(super) fn place(&self, at: Nanos) -> Nanos {
        let mut before = 0;
        for (begin, end) in &self.stretches {
            if at < *begin {
                return before;
            }
            if at <= *end {
                return before + (at - begin);
            }
            before += end - begin;
        }
        before
    }

    pub(super) fn length(&self) -> Nanos {
        self.stretches.iter().map(|(begin, end)| end - begin).sum()
    }

    /// Where waits are left out.
    pub(super) fn cuts(&self) -> Vec<Nanos> {
        let mut before = 0;
        let ends = self.stretches.iter().map(|(begin, end)| {
            before += end - begin;
            before
        });
        ends.take(self.stretches.len().saturating_sub(1)).collect()
    }
}
