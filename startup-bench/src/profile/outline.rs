//! One start as rows: phases, the steps in them, INIT, the first response with what it made, TOTAL.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::startup_report::{StartupReport, Step, Used};
use crate::cold::{Start, to_f64};

/// One row of one start.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Tells it from all others of the start, and is the same in every start.
    pub(super) key: String,
    /// The place of its step in the report.
    pub(super) step: Option<usize>,
    pub(super) label: String,
    pub(super) depth: usize,
    pub(super) kind: Kind,
    /// Since exec; in the first response without the wait for the event.
    pub(super) at_ms: f64,
    pub(super) wall_ms: f64,
    /// `None` where it is not known.
    pub(super) cpu_ms: Option<f64>,
    pub(super) minor_faults: Option<f64>,
    pub(super) major_faults: Option<f64>,
}

/// What a row is.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// Before, between and behind the steps.
    Phase,
    Step,
    /// The sum up to the first `next`.
    Init,
    Response,
    /// Made by the first response.
    Made,
    /// INIT and the first response together.
    Total,
}

/// The time of a start as the bench has seen it, from outside.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// Just before fork and exec.
    pub(super) started: SystemTime,
    pub(super) start: Start,
}

/// The rows in their order.
pub(super) fn rows(report: &StartupReport, seen: &Seen) -> Vec<Row> {
    let clock = Clock::of(report, seen);
    let main = clock.init(report.marks.main_us);
    let mut rows = vec![phase("before main", 0.0, main).with(Some(&report.before_main))];
    if let Some(runtime) = report.marks.runtime_us {
        rows.push(phase("runtime", main, clock.init(runtime)));
    }
    let is_top = |step: &Step| step.request.is_none() && step.parent.is_none();
    let mut outline = Outline { report, clock, rows };
    outline.add(&is_top, "", 0);
    let Outline { mut rows, .. } = outline;
    if let Some(app) = report.marks.app_us {
        rows.push(phase("to the first event", clock.init(app), clock.next));
    }
    let answered = report.requests.first().and_then(|request| request.used.as_ref());
    rows.push(phase("INIT", 0.0, clock.next).of(Kind::Init).with(report.init.as_ref()));
    let response = phase("first response", clock.next, clock.end);
    rows.push(response.of(Kind::Response).with(answered));
    let is_made = |step: &Step| step.request == Some(1) && !clock.is_inside(report, step);
    let mut outline = Outline { report, clock, rows };
    outline.add(&is_made, "first response", 1);
    let Outline { mut rows, .. } = outline;
    let mut total = phase("TOTAL", 0.0, clock.end).of(Kind::Total);
    if let (Some(init), Some(answered)) = (&report.init, answered) {
        total.use_up(init);
        total.use_up(answered);
    }
    rows.push(total);
    rows
}

/// From the app's microseconds to milliseconds since exec, which only its parent knows exactly.
#[derive(Clone, Copy, Debug)]
struct Clock {
    /// How much earlier than the app could tell the process was made, in microseconds.
    earlier: f64,
    /// The end of INIT, and of the first response.
    next: f64,
    end: f64,
    /// When the app took its first event, in its own time.
    request: f64,
}

impl Clock {
    fn of(report: &StartupReport, seen: &Seen) -> Self {
        let started = seen.started.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let earlier = to_f64(report.exec_unix_us) - started.as_secs_f64() * 1e6;
        let next = milliseconds(seen.start.next);
        // A clock that was set meanwhile tells nothing.
        let is_likely = (0.0..next * 1e3).contains(&earlier);
        Self {
            earlier: if is_likely { earlier } else { 0.0 },
            next,
            end: milliseconds(seen.start.first_response),
            request: report.requests.first().map_or(0.0, |request| to_f64(request.at_us)),
        }
    }

    /// A moment of INIT.
    fn init(&self, at_us: u64) -> f64 {
        ((to_f64(at_us) + self.earlier) / 1e3).min(self.next)
    }

    fn at(&self, step: &Step) -> f64 {
        match step.request {
            None => self.init(step.at_us),
            Some(_) => self.next + (to_f64(step.at_us) - self.request) / 1e3,
        }
    }

    /// Is the step part of another of the same request?
    fn is_inside(&self, report: &StartupReport, step: &Step) -> bool {
        let parent = step.parent.and_then(|parent| report.steps.get(parent));
        parent.is_some_and(|parent| parent.request == step.request)
    }
}

struct Outline<'a> {
    report: &'a StartupReport,
    clock: Clock,
    rows: Vec<Row>,
}

impl Outline<'_> {
    /// Adds the steps that are wanted, each with those in it.
    fn add(&mut self, is_wanted: &dyn Fn(&Step) -> bool, outer: &str, depth: usize) {
        let report = self.report;
        for step in report.steps.iter().filter(|step| is_wanted(step)) {
            let row = self.row(step, outer, depth);
            let key = row.key.clone();
            self.rows.push(row);
            // An inner step began later, and so has a higher id.
            let is_inner = |inner: &Step| {
                inner.parent == Some(step.id) && inner.id > step.id && inner.request == step.request
            };
            self.add(&is_inner, &key, depth + 1);
        }
    }

    fn row(&self, step: &Step, outer: &str, depth: usize) -> Row {
        let begin = format!("{outer}/{}", step.name);
        // Several of one name are told apart by their order.
        let is_same = |row: &&Row| row.key.rsplit_once('#').is_some_and(|(key, _)| key == begin);
        let number = self.rows.iter().filter(is_same).count() + 1;
        let in_polls = step.kind == "async" || step.kind == "lazy" || step.kind == "check";
        let busy = in_polls.then_some(step.busy_us);
        let kind = match (step.kind.as_str(), step.request) {
            ("phase", _) => Kind::Phase,
            (_, None) => Kind::Step,
            (_, Some(_)) => Kind::Made,
        };
        Row {
            key: format!("{begin}#{number}"),
            step: Some(step.id),
            label: if number == 1 { step.name.clone() } else { format!("{} {number}", step.name) },
            depth,
            kind,
            at_ms: self.clock.at(step),
            wall_ms: to_f64(step.wall_us.unwrap_or(step.busy_us)) / 1e3,
            cpu_ms: step.cpu_us.or(busy).map(|us| to_f64(us) / 1e3),
            minor_faults: step.minor_faults.map(to_f64),
            major_faults: step.major_faults.map(to_f64),
        }
    }
}

fn phase(label: &str, begin: f64, end: f64) -> Row {
    Row {
        key: label.to_owned(),
        step: None,
        label: label.to_owned(),
        depth: 0,
        kind: Kind::Phase,
        at_ms: begin,
        wall_ms: (end - begin).max(0.0),
        cpu_ms: None,
        minor_faults: None,
        major_faults: None,
    }
}

impl Row {
    fn of(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    fn with(mut self, used: Option<&Used>) -> Self {
        if let Some(used) = used {
            self.use_up(used);
        }
        self
    }

    fn use_up(&mut self, used: &Used) {
        let add = |sum: &mut Option<f64>, more: f64| *sum = Some(sum.unwrap_or(0.0) + more);
        add(&mut self.cpu_ms, to_f64(used.cpu_us) / 1e3);
        add(&mut self.minor_faults, to_f64(used.minor_faults));
        add(&mut self.major_faults, to_f64(used.major_faults));
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
