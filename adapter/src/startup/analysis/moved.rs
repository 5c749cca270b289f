//! CPU time that was moved from INIT, which has a whole CPU, to requests, which have a share.

use super::super::clock::Nanos;
use super::super::record::{Step, StepId};
use super::super::report::ms;
use super::{Finding, Story, WORTH, share};

/// What the first request made that INIT could have made faster, and what INIT left running.
pub(super) fn find(story: &Story<'_>, known: &[Finding]) -> Vec<Finding> {
    let Some(init_end) = story.init_end() else { return Vec::new() };
    let moved = story.steps().filter_map(|(id, step)| {
        let is_left = step.request.is_none() && step.begin < init_end.at && step.end > init_end.at;
        // The first request alone: what a later one needs may well be made there.
        let is_late = step.request == Some(1) && is_outermost(story, step);
        let cpu = if is_left {
            after(step, init_end.at)
        } else {
            step.cpu().min(of_request(story, step))
        };
        let is_known =
            known.iter().any(|finding| finding.steps.iter().any(|other| story.is_in(*other, id)));
        ((is_left || is_late) && cpu >= WORTH && !is_known)
            .then(|| finding(story, id, cpu, is_left))
    });
    moved.collect()
}

/// Whether no other step of the same request is around it.
fn is_outermost(story: &Story<'_>, step: &Step) -> bool {
    step.parent.is_none_or(|parent| story.step(parent).request != step.request)
}

/// All CPU time of the request: of a future's own there is an upper bound alone.
fn of_request(story: &Story<'_>, step: &Step) -> Nanos {
    let place = step.request.and_then(|number| number.checked_sub(1));
    let request = place.and_then(|place| story.profile.requests.get(place));
    let used = request.and_then(|request| Some(request.end?.usage - request.begin.usage));
    used.map_or(Nanos::MAX, |used| used.cpu)
}

/// The part of its CPU time that fell behind `end`, if it came evenly.
fn after(step: &Step, end: Nanos) -> Nanos {
    let late = u128::from(step.end.saturating_sub(end));
    let part = u128::from(step.cpu()) * late / u128::from(step.wall().max(1));
    Nanos::try_from(part).unwrap_or(Nanos::MAX)
}

fn finding(story: &Story<'_>, id: StepId, cpu: Nanos, is_left: bool) -> Finding {
    let step = story.step(id);
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "milliseconds, and never negative"
    )]
    let saves = (cpu as f64 / share(story.memory_mb)) as Nanos - cpu;
    let what =
        if is_left { "still ran when INIT had ended" } else { "was made by the first request" };
    Finding {
        kind: "moved_cpu",
        steps: vec![id],
        saves,
        text: format!(
            "'{}' {what}: {} ms of CPU time, which at {} MB take {} ms longer than in INIT",
            step.name,
            ms(cpu),
            story.memory_mb,
            ms(saves)
        ),
        cure: "what the first request needs and is heavy belongs in INIT: a step of a Plan, or Plan::prepare",
    }
}
