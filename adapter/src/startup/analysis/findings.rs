//! What is wrong with a start, in one sentence each, with what it costs and what helps.

use super::super::clock::Nanos;
use super::super::record::{Outcome, StepId};
use super::super::report::ms;
use super::{CriticalPath, Story, WORTH, connections, entropy, moved, series};

/// One thing that can be changed.
#[derive(Clone, Debug)]
pub(in super::super) struct Finding {
    /// Its kind, for programs.
    pub(in super::super) kind: &'static str,
    /// The steps it is about.
    pub(in super::super) steps: Vec<StepId>,
    /// What a cold start would be shorter, as far as it can be told; 0 if it can't.
    pub(in super::super) saves: Nanos,
    pub(in super::super) text: String,
    pub(in super::super) cure: &'static str,
}

impl Finding {
    /// What it would save, in words.
    pub(in super::super) fn saving(&self) -> String {
        match self.saves {
            0 => "saves what can't be told".to_owned(),
            saves => format!("saves about {} ms", ms(saves)),
        }
    }
}

/// All findings, the most worthwhile first.
pub(in super::super) fn find(story: &Story<'_>, path: &CriticalPath) -> Vec<Finding> {
    let mut findings = connections::stalls(story);
    findings.extend(connections::repeated(story));
    findings.extend(entropy::find(story));
    findings.extend(series::find(story, &findings));
    findings.extend(unused(story, path));
    findings.extend(moved::find(story, &findings));
    findings.extend(major_faults(story));
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.saves));
    findings
}

/// What INIT made and the first requests did not use; known where it is watched.
fn unused<'a>(story: &'a Story<'_>, path: &'a CriticalPath) -> impl Iterator<Item = Finding> + 'a {
    let requests = story.profile.answered();
    let is_unused = move |(id, step): &(StepId, &super::Step)| {
        let is_made = step.is_watched && step.outcome == Outcome::Done && requests > 0;
        is_made && step.first_use.is_none() && cost(story, path, *id) >= WORTH / 5
    };
    story.in_init().filter(is_unused).map(move |(id, step)| Finding {
        kind: "unused",
        steps: vec![id],
        saves: cost(story, path, id),
        text: match requests {
            1 => format!("INIT made '{}', which the first request did not use", step.name),
            _ => format!("INIT made '{}', which none of {requests} requests used", step.name),
        },
        cure: "a Lazy (or LazyLock) makes it when it is first needed",
    })
}

/// What INIT would be shorter without it.
fn cost(story: &Story<'_>, path: &CriticalPath, id: StepId) -> Nanos {
    let step = story.step(id);
    if path.has(id) { step.wall() } else { step.cpu() }
}

/// Pages that were read from disk, each with a wait.
fn major_faults(story: &Story<'_>) -> Option<Finding> {
    /// A few come with any start.
    const FEW: u64 = 10;
    let init = story.init_end()?;
    let faults = init.usage.major_faults;
    if faults < FEW {
        return None;
    }
    let before_main = story.main().at.saturating_sub(story.start.at) + story.start.error;
    let mut waited = before_main.saturating_sub(story.main().usage.cpu);
    for (id, step) in story.in_init() {
        if step.usage.is_some_and(|usage| usage.major_faults > 0) && story.is_leaf(id) {
            waited += step.blocked();
        }
    }
    Some(Finding {
        kind: "major_faults",
        steps: Vec::new(),
        saves: waited,
        text: format!(
            "{faults} pages were read from disk ({} before main), with {} ms of waiting",
            story.main().usage.major_faults,
            ms(waited)
        ),
        cure: "a smaller binary (LTO, strip), or one whose hot pages are read ahead, has fewer",
    })
}
