//! aws-lc's jitter entropy: about 20 ms of pure CPU time at the first random number, which is most
//! often that of the first TLS handshake.
//!
//! aws-lc keeps a page that the kernel wipes in a forked child, from its first random number on;
//! so the kernel knows whether it was used. Which step it was is told by its form: it reached a
//! server, and one stretch of it computed for long.

use super::super::clock::Nanos;
use super::super::record::{Kind, Step, StepId};
use super::super::report::ms;
use super::{Finding, Story};

/// What a handshake and a request compute by themselves is far below.
const LONG: Nanos = 8_000_000;

/// The first step that looks like it, if aws-lc made random numbers at all.
pub(super) fn find(story: &Story<'_>) -> Option<Finding> {
    let (id, step) = story.steps().find(|(id, step)| {
        step.kind != Kind::Phase
            && story.is_leaf(*id)
            && longest(step) >= LONG
            && reaches_out(story, *id, step)
    })?;
    if !has_wiped_page() {
        return None;
    }
    let saves = longest(step);
    Some(Finding {
        kind: "jitter_entropy",
        steps: vec![id],
        saves,
        text: format!(
            "'{}' computed for {} ms at one go, and aws-lc has made its first random numbers: most \
             of it is the collection of jitter entropy",
            step.name,
            ms(saves)
        ),
        cure: "ring as TLS provider, or AWS_LC_SYS_NO_JITTER_ENTROPY=1 when aws-lc is built",
    })
}

/// The longest time it computed without a pause.
fn longest(step: &Step) -> Nanos {
    if step.polls == 0 { step.cpu() } else { step.longest_poll.1 }
}

/// Whether it waited for a server: a future that was polled again, or a connection was there.
fn reaches_out(story: &Story<'_>, id: StepId, step: &Step) -> bool {
    step.polls > 1 || story.profile.sockets.iter().any(|seen| seen.step == Some(id))
}

/// Whether there is memory that a forked child finds empty.
fn has_wiped_page() -> bool {
    let Ok(maps) = std::fs::read_to_string("/proc/self/smaps") else { return false };
    let mut flags = maps.lines().filter_map(|line| line.strip_prefix("VmFlags:"));
    flags.any(|flags| flags.split_whitespace().any(|flag| flag == "wf"))
}
