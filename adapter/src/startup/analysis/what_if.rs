//! What other memory sizes would make of the same start.
//!
//! Waiting takes what it takes, computing takes longer with a smaller share of a CPU. INIT is
//! what came before `main`, and then the longer of two: all CPU time at that share, or the
//! critical path with its CPU time at that share.

use super::super::clock::Nanos;
use super::{CriticalPath, Story, share};

/// The sizes that are told; from the last on there is a whole CPU.
const SIZES_MB: [u64; 5] = [128, 256, 512, 1024, 1769];

/// One memory size.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Estimate {
    pub(in super::super) memory_mb: u64,
    /// INIT with no more CPU than requests have.
    pub(in super::super) init_throttled: Nanos,
    /// The first answer.
    pub(in super::super) first_response: Option<Nanos>,
    /// INIT with a full CPU, as Lambda gives it, and the first answer.
    pub(in super::super) total: Option<Nanos>,
}

/// A row for each size; none if INIT has not ended.
pub(in super::super) fn what_if(story: &Story<'_>, path: &CriticalPath) -> Vec<Estimate> {
    let Some(init_end) = story.init_end() else { return Vec::new() };
    let full = init_end.at.saturating_sub(story.start.at);
    SIZES_MB
        .map(|memory_mb| {
            let share = share(memory_mb);
            let first_response = story.first_answer().map(|(request, end)| {
                let wall = end.at.saturating_sub(request.begin.at);
                let cpu = (end.usage - request.begin.usage).cpu.min(wall);
                stretched(wall, cpu, share)
            });
            Estimate {
                memory_mb,
                init_throttled: init(story, path, share),
                first_response,
                total: first_response.map(|first_response| full + first_response),
            }
        })
        .to_vec()
}

fn init(story: &Story<'_>, path: &CriticalPath, share: f64) -> Nanos {
    let (main, end) = (story.main(), story.init_end().unwrap_or_default());
    let before_main = main.at.saturating_sub(story.start.at);
    let before_main = stretched(before_main, main.usage.cpu.min(before_main), share);
    let cpu = stretched(0, end.usage.cpu.saturating_sub(main.usage.cpu), share);
    let waited: f64 = path.0.iter().map(|segment| segment.wall_at(share)).sum();
    before_main + cpu.max(nanos(waited))
}

/// Wall time that has `cpu` in it, with a part of a CPU.
fn stretched(wall: Nanos, cpu: Nanos, share: f64) -> Nanos {
    #[allow(clippy::cast_precision_loss, reason = "a start takes no weeks")]
    let computed = cpu as f64 / share;
    wall.saturating_sub(cpu).saturating_add(nanos(computed))
}

fn nanos(time: f64) -> Nanos {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is not negative, and cut off where it is too large"
    )]
    let time = time as Nanos;
    time
}
