//! What is recorded: marks, steps and requests, as they happen.

use std::panic::Location;

use super::clock::{Nanos, Usage};

/// More steps are counted, not kept: spans can come in any number.
const MOST_STEPS: usize = 2000;

/// Idle gaps are kept from this length on; a stalled socket's are about 40 ms.
pub(super) const GAP: Nanos = 30_000_000;

/// The place of a step in [`Profile::steps`].
pub(super) type StepId = usize;

/// All that is known about one start.
#[derive(Debug, Default)]
pub(super) struct Profile {
    /// By [`Moment`].
    pub(super) marks: [Option<Mark>; Moment::ALL.len()],
    pub(super) steps: Vec<Step>,
    pub(super) steps_dropped: usize,
    pub(super) requests: Vec<Request>,
    /// Tells that the app could not be started.
    pub(super) failed: bool,
    /// Connections, when they were first seen.
    #[cfg(feature = "startup-report")]
    pub(super) sockets: Vec<super::sockets::Seen>,
}

/// A moment, and what the process had used by then.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mark {
    pub(super) at: Nanos,
    pub(super) usage: Usage,
}

/// What is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// The first call into this crate: as near to `main` as a library comes.
    Main,
    /// tokio's runtime is built.
    Runtime,
    /// The app is made.
    App,
    /// The app is ready for SnapStart's snapshot.
    Snapshot,
    /// What runs is a restored sandbox.
    Restored,
    /// The first event is asked for, or the local server listens.
    Next,
}

impl Moment {
    pub(super) const ALL: [Self; 6] =
        [Self::Main, Self::Runtime, Self::App, Self::Snapshot, Self::Restored, Self::Next];
}

/// What a step is, which tells what is known of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    /// A part of the runtime's own, such as making the app.
    Phase,
    /// Work on one thread, from begin to end.
    #[default]
    Sync,
    /// A future.
    Async,
    /// Work on the blocking pool.
    Blocking,
    /// The first use of a `Lazy`.
    Lazy,
    /// A look whether something was done at deploy time.
    Check,
    /// A span of `tracing`.
    #[cfg(feature = "startup-tracing")]
    Span,
}

/// What a step is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Text(&'static str),
    /// A static without a name of its own: its type, and where it stands.
    Place(&'static str, &'static Location<'static>),
}

/// One step.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) name: Name,
    pub(super) kind: Kind,
    /// It is of a plan, so what it needs is known.
    pub(super) is_planned: bool,
    pub(super) parent: Option<StepId>,
    pub(super) after: Vec<StepId>,
    /// The request that was being answered, counted from 1.
    pub(super) request: Option<usize>,
    pub(super) begin: Nanos,
    /// 0 while it runs.
    pub(super) end: Nanos,
    /// How long its thread was in it: wall time of all polls.
    pub(super) busy: Nanos,
    pub(super) polls: u64,
    /// When the longest poll began, and how long it took.
    pub(super) longest_poll: (Nanos, Nanos),
    /// Beginnings and lengths of the times that no poll came.
    pub(super) gaps: Vec<(Nanos, Nanos)>,
    pub(super) usage: Option<Usage>,
    pub(super) outcome: Outcome,
    /// The request that used it first, if that is watched; 0 is INIT itself.
    pub(super) first_use: Option<usize>,
    pub(super) is_watched: bool,
}

/// How a step ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Outcome {
    #[default]
    Running,
    Done,
    Failed,
    /// Its future was dropped, or it panicked.
    Abandoned,
}

/// One answered request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request {
    pub(super) begin: Mark,
    /// None while it is answered.
    pub(super) end: Option<Mark>,
    pub(super) failed: bool,
}

impl Step {
    pub(super) fn new(name: Name, kind: Kind, begin: Nanos) -> Self {
        Self {
            name,
            kind,
            is_planned: false,
            parent: None,
            after: Vec::new(),
            request: None,
            begin,
            end: 0,
            busy: 0,
            polls: 0,
            longest_poll: (0, 0),
            gaps: Vec::new(),
            usage: None,
            outcome: Outcome::Running,
            first_use: None,
            is_watched: false,
        }
    }

    pub(super) fn wall(&self) -> Nanos {
        self.end.saturating_sub(self.begin)
    }

    /// CPU time where it was counted, else the time its thread was in it.
    pub(super) fn cpu(&self) -> Nanos {
        self.usage.map_or(self.busy, |usage| usage.cpu).min(self.wall())
    }

    /// The time in which it did nothing.
    pub(super) fn blocked(&self) -> Nanos {
        self.wall() - self.cpu()
    }
}

impl Profile {
    /// Adds a step, unless there are too many.
    pub(super) fn add(&mut self, step: Step) -> Option<StepId> {
        if self.steps.len() >= MOST_STEPS {
            self.steps_dropped += 1;
            return None;
        }
        self.steps.push(step);
        Some(self.steps.len() - 1)
    }

    /// The request that is being answered, if it is one alone, counted from 1.
    pub(super) fn current_request(&self) -> Option<usize> {
        let mut open =
            self.requests.iter().enumerate().filter(|(_, request)| request.end.is_none());
        let (place, _) = open.next()?;
        open.next().is_none().then_some(place + 1)
    }

    /// When INIT ended: with the snapshot or the first `next`.
    pub(super) fn init_end(&self) -> Option<Mark> {
        self.mark(Moment::Snapshot).or(self.mark(Moment::Next))
    }

    pub(super) fn mark(&self, moment: Moment) -> Option<Mark> {
        self.marks[moment as usize]
    }

    /// Marks a moment; the first time counts.
    pub(super) fn set_mark(&mut self, moment: Moment, now: Mark) {
        self.marks[moment as usize].get_or_insert(now);
    }

    /// `main`, which is marked before anything else.
    pub(super) fn main(&self) -> Mark {
        self.mark(Moment::Main).unwrap_or_default()
    }

    pub(super) fn answered(&self) -> usize {
        self.requests.iter().filter(|request| request.end.is_some()).count()
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Place(name, place) => {
                let short = name.rfind(':').map_or(*name, |colon| &name[colon + 1..]);
                write!(f, "{short} ({}:{})", place.file(), place.line())
            }
        }
    }
}
