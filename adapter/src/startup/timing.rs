//! What is recorded of a step while it happens: of a call from begin to end, of a future poll by
//! poll.

use super::clock::{self, Nanos, Usage};
use super::profiler::{self, Profiler};
use super::record::{GAP, Kind, Name, Outcome, Step, StepId};

/// More gaps say nothing new.
const MOST_GAPS: usize = 16;

/// A recorded step on one thread; one that is dropped has panicked.
pub(super) struct OpenSync {
    open: Option<(&'static Profiler, StepId, Usage)>,
    outer: Option<StepId>,
}

impl OpenSync {
    pub(super) fn begin(name: Name, kind: Kind, known: impl FnOnce(&mut Step)) -> Self {
        let Some(profiler) = profiler::recording() else { return Self::off() };
        let usage = clock::thread();
        let Some(id) = profiler.begin(name, kind, known) else { return Self::off() };
        Self { outer: profiler::enter(Some(id)), open: Some((profiler, id, usage)) }
    }

    fn off() -> Self {
        Self { open: None, outer: None }
    }

    /// Its place in the profile.
    pub(super) fn id(&self) -> Option<StepId> {
        self.open.as_ref().map(|(_, id, _)| *id)
    }

    #[inline]
    pub(super) fn end(mut self, outcome: Outcome) {
        if self.open.is_some() {
            self.close(outcome);
        }
    }

    #[cold]
    fn close(&mut self, outcome: Outcome) {
        let Some((profiler, id, before)) = self.open.take() else { return };
        let (end, usage) = (clock::now(), clock::thread() - before);
        profiler::enter(self.outer);
        profiler.update(id, |step| {
            step.end = end;
            step.busy = end.saturating_sub(step.begin);
            step.usage = Some(usage);
            step.outcome = outcome;
        });
        #[cfg(feature = "startup-report")]
        profiler.look_at_sockets(id);
    }
}

impl Drop for OpenSync {
    #[inline]
    fn drop(&mut self) {
        if self.open.is_some() {
            self.close(Outcome::Abandoned);
        }
    }
}

/// What is recorded of a future, poll by poll; one that is dropped before its end was given up.
#[derive(Debug)]
pub(super) struct Timed {
    state: State,
}

#[derive(Debug)]
enum State {
    New { name: Name, kind: Kind, is_planned: bool, after: Vec<StepId> },
    Off,
    Open(Box<Polls>),
}

#[derive(Debug)]
struct Polls {
    profiler: &'static Profiler,
    id: StepId,
    /// When the last poll ended.
    left: Nanos,
    busy: Nanos,
    polls: u64,
    longest: (Nanos, Nanos),
    gaps: Vec<(Nanos, Nanos)>,
    usage: Usage,
}

impl Timed {
    pub(super) fn new(name: Name, kind: Kind) -> Self {
        Self { state: State::New { name, kind, is_planned: false, after: Vec::new() } }
    }

    /// A step of a plan, which begins when these have ended.
    pub(super) fn planned(name: Name, kind: Kind, after: Vec<StepId>) -> Self {
        Self { state: State::New { name, kind, is_planned: true, after } }
    }

    /// Its place in the profile, once it has been polled.
    pub(super) fn id(&self) -> Option<StepId> {
        if let State::Open(polls) = &self.state { Some(polls.id) } else { None }
    }

    /// Polls under the clock.
    #[inline]
    pub(super) fn poll<T>(&mut self, poll: impl FnOnce() -> T) -> T {
        let began = if let State::Off = self.state { None } else { self.enter() };
        let output = poll();
        if let Some(began) = began {
            self.leave(&began);
        }
        output
    }

    /// A poll begins; the first begins the step.
    #[cold]
    pub(super) fn enter(&mut self) -> Option<PollBegan> {
        if let State::New { .. } = self.state {
            self.open();
        }
        if let State::Open(polls) = &mut self.state { Some(polls.enter()) } else { None }
    }

    /// The poll ends.
    #[cold]
    pub(super) fn leave(&mut self, began: &PollBegan) {
        if let State::Open(polls) = &mut self.state {
            polls.leave(began);
        }
    }

    fn open(&mut self) {
        let State::New { name, kind, is_planned, after } =
            std::mem::replace(&mut self.state, State::Off)
        else {
            return;
        };
        let Some(profiler) = profiler::recording() else { return };
        let id = profiler.begin(name, kind, |step| {
            step.is_planned = is_planned;
            step.after = after;
        });
        if let Some(id) = id {
            self.state = State::Open(Box::new(Polls::new(profiler, id)));
        }
    }

    #[inline]
    pub(super) fn end(&mut self, outcome: Outcome) {
        if let State::Open(_) = self.state {
            self.close(outcome);
        }
    }

    #[cold]
    fn close(&mut self, outcome: Outcome) {
        if let State::Open(polls) = std::mem::replace(&mut self.state, State::Off) {
            polls.flush(outcome);
        }
    }
}

impl Drop for Timed {
    fn drop(&mut self) {
        self.end(Outcome::Abandoned);
    }
}

/// A poll that has begun.
pub(super) struct PollBegan {
    at: Nanos,
    usage: Option<Usage>,
    outer: Option<StepId>,
}

impl Polls {
    fn new(profiler: &'static Profiler, id: StepId) -> Self {
        Self {
            profiler,
            id,
            left: 0,
            busy: 0,
            polls: 0,
            longest: (0, 0),
            gaps: Vec::new(),
            usage: Usage::default(),
        }
    }

    fn enter(&mut self) -> PollBegan {
        let at = clock::now();
        let gap = at.saturating_sub(self.left);
        if self.left != 0 && gap >= GAP && self.gaps.len() < MOST_GAPS {
            self.gaps.push((self.left, gap));
        }
        let usage = self.profiler.settings.counts_polls.then(clock::thread);
        PollBegan { at, usage, outer: profiler::enter(Some(self.id)) }
    }

    fn leave(&mut self, began: &PollBegan) {
        profiler::enter(began.outer);
        if let Some(before) = began.usage {
            self.usage += clock::thread() - before;
        }
        self.left = clock::now();
        let took = self.left.saturating_sub(began.at);
        self.busy += took;
        self.polls += 1;
        if took > self.longest.1 {
            self.longest = (began.at, took);
        }
    }

    fn flush(self, outcome: Outcome) {
        let end = if outcome == Outcome::Abandoned { clock::now() } else { self.left };
        self.profiler.update(self.id, |step| {
            step.end = end;
            step.busy = self.busy;
            step.polls = self.polls;
            step.longest_poll = self.longest;
            step.gaps = self.gaps;
            step.usage = self.profiler.settings.counts_polls.then_some(self.usage);
            step.outcome = outcome;
        });
        #[cfg(feature = "startup-report")]
        self.profiler.look_at_sockets(self.id);
    }
}
