//! Steps that waited one after the other, and nothing says why.

use super::super::clock::Nanos;
use super::super::record::{Kind, Step, StepId};
use super::super::report::ms;
use super::{Finding, Story, WORTH};

/// One finding for each parent whose steps could run at once.
pub(super) fn find(story: &Story<'_>, known: &[Finding]) -> Vec<Finding> {
    let mut parents: Vec<_> = story.in_init().map(|(_, step)| step.parent).collect();
    parents.sort_unstable();
    parents.dedup();
    parents.into_iter().filter_map(|parent| of_parent(story, parent, known)).collect()
}

fn of_parent(story: &Story<'_>, parent: Option<StepId>, known: &[Finding]) -> Option<Finding> {
    let mut steps: Vec<_> = story
        .in_init()
        // A plan's steps are one after the other only where one needs the other.
        .filter(|(_, step)| step.parent == parent && !step.is_planned && step.kind != Kind::Phase)
        .filter(|(_, step)| step.wall() >= WORTH)
        .collect();
    steps.sort_by_key(|(_, step)| step.begin);
    let is_series = |pair: &[(StepId, &Step)]| pair[0].1.end <= pair[1].1.begin;
    if steps.len() < 2 || !steps.windows(2).all(is_series) {
        return None;
    }
    // What another finding saves can't be saved twice.
    let wall = |id: StepId, step: &Step| {
        let saved: Nanos = known
            .iter()
            .filter(|finding| finding.steps.iter().any(|other| story.is_in(*other, id)))
            .map(|finding| finding.saves)
            .sum();
        step.wall().saturating_sub(saved)
    };
    let walls: Vec<Nanos> = steps.iter().map(|(id, step)| wall(*id, step)).collect();
    let together =
        walls.iter().max()?.max(&steps.iter().map(|(_, step)| step.cpu()).sum()).to_owned();
    let saves = walls.iter().sum::<Nanos>().saturating_sub(together);
    if saves < WORTH {
        return None;
    }
    let names = steps.iter().map(|(_, step)| format!("'{}' {} ms", step.name, ms(step.wall())));
    Some(Finding {
        kind: "series",
        steps: steps.iter().map(|(id, _)| *id).collect(),
        saves,
        text: format!(
            "one after the other, and nothing says that one needs the other: {}",
            names.collect::<Vec<_>>().join(", ")
        ),
        cure: "a Plan runs them at once; its `after` says which really needs which",
    })
}
