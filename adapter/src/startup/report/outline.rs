//! The start as a tree of rows: phases, steps in them, requests with what they made.

use super::super::analysis::Story;
use super::super::clock::{Nanos, Usage};
use super::super::record::{Kind, Moment, Outcome, Step, StepId};

/// One line of a picture or a table.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) depth: usize,
    pub(super) label: String,
    pub(super) color: Color,
    pub(super) begin: Nanos,
    pub(super) end: Nanos,
    pub(super) cpu: Nanos,
    /// Whether `cpu` is the time in polls, an upper bound.
    pub(super) is_busy_time: bool,
    pub(super) usage: Option<Usage>,
    pub(super) step: Option<StepId>,
}

/// What a row is, for its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Color {
    Runtime,
    Waits,
    Computes,
    Lazy,
    Request,
    Failed,
}

/// All rows, in their order.
pub(super) fn rows(story: &Story<'_>) -> Vec<Row> {
    let mut rows =
        vec![phase("before main", story.start.at, story.main().at, Some(story.main().usage))];
    let at = |moment| story.profile.mark(moment).map(|mark| mark.at);
    if let Some(runtime) = at(Moment::Runtime) {
        rows.push(phase("runtime", story.main().at, runtime, None));
    }
    let is_top = |step: &Step| step.parent.is_none() && step.request.is_none();
    let restored = at(Moment::Restored);
    let is_before = |step: &Step| restored.is_none_or(|restored| step.begin < restored);
    add(story, &mut rows, 0, &|step| is_top(step) && is_before(step));
    let ready = at(Moment::App);
    let init_end = story.init_end().map(|end| end.at);
    if let (Some(ready), Some(end)) = (ready, init_end) {
        rows.push(phase(
            if restored.is_some() { "to the snapshot" } else { "to the first event" },
            ready,
            end,
            None,
        ));
    }
    if let Some(restored) = restored {
        let next = at(Moment::Next).unwrap_or(restored);
        rows.push(phase("restore", restored, next, None));
        add(story, &mut rows, 1, &|step| is_top(step) && step.begin >= restored);
    }
    requests(story, &mut rows);
    rows
}

fn requests(story: &Story<'_>, rows: &mut Vec<Row>) {
    for (place, request) in story.profile.requests.iter().enumerate() {
        let Some(end) = request.end else { continue };
        let usage = end.usage - request.begin.usage;
        let label = format!("request {}", place + 1);
        rows.push(Row {
            color: Color::Request,
            ..phase(&label, request.begin.at, end.at, Some(usage))
        });
        add(story, rows, 1, &|step| {
            let outer = step.parent.map(|parent| story.step(parent).request);
            step.request == Some(place + 1) && outer != Some(step.request)
        });
    }
}

/// The steps that are wanted, each with those in it.
fn add(story: &Story<'_>, rows: &mut Vec<Row>, depth: usize, is_wanted: &dyn Fn(&Step) -> bool) {
    for (id, step) in story.steps().filter(|(_, step)| is_wanted(step)) {
        rows.push(row(id, step, depth));
        // Its own request's; another's stand below that.
        let request = step.request;
        add(story, rows, depth + 1, &|inner| inner.parent == Some(id) && inner.request == request);
    }
}

fn row(id: StepId, step: &Step, depth: usize) -> Row {
    let suffix = match step.outcome {
        Outcome::Running => " (still runs)",
        Outcome::Failed => " (failed)",
        Outcome::Abandoned => " (given up)",
        Outcome::Done if step.kind == Kind::Check => " (check)",
        Outcome::Done if step.kind == Kind::Lazy => " (lazy)",
        Outcome::Done => "",
    };
    Row {
        depth,
        label: format!("{}{suffix}", step.name),
        color: color(step),
        begin: step.begin,
        end: step.end.max(step.begin),
        cpu: step.cpu(),
        is_busy_time: step.usage.is_none(),
        usage: step.usage,
        step: Some(id),
    }
}

fn color(step: &Step) -> Color {
    match (step.outcome, step.kind) {
        (Outcome::Failed | Outcome::Abandoned, _) => Color::Failed,
        (_, Kind::Phase) => Color::Runtime,
        _ if step.request.is_some() => Color::Lazy,
        _ if step.cpu() * 2 >= step.wall() => Color::Computes,
        _ => Color::Waits,
    }
}

/// A row without a step; its CPU time is the process's.
fn phase(label: &str, begin: Nanos, end: Nanos, usage: Option<Usage>) -> Row {
    Row {
        depth: 0,
        label: label.to_owned(),
        color: Color::Runtime,
        begin,
        end: end.max(begin),
        cpu: usage.map_or(0, |usage| usage.cpu),
        is_busy_time: false,
        usage,
        step: None,
    }
}
