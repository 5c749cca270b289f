//! The recorder: one for the process, and none unless a report is asked for.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use super::clock;
use super::record::{Kind, Mark, Moment, Name, Profile, Request, Step, StepId};
use super::settings::Settings;
use crate::Error;

static PROFILER: OnceLock<Option<Profiler>> = OnceLock::new();

thread_local! {
    /// The innermost step that this thread is in.
    static CURRENT: Cell<Option<StepId>> = const { Cell::new(None) };
    /// The step that ended last, for the error of a start that fails.
    static LAST: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// What records, as long as it does.
#[derive(Debug)]
pub(super) struct Profiler {
    pub(super) settings: Settings,
    /// False from the report on.
    is_recording: AtomicBool,
    profile: Mutex<Profile>,
}

/// The recorder, if a report is asked for and not yet written.
#[inline]
pub(super) fn recording() -> Option<&'static Profiler> {
    let profiler = match PROFILER.get() {
        Some(profiler) => profiler.as_ref()?,
        None => set_up()?,
    };
    profiler.is_recording.load(Ordering::Relaxed).then_some(profiler)
}

/// Whether the variable is set, and to nothing that is known.
static IS_WRONG: AtomicBool = AtomicBool::new(false);

/// The error of a wrong variable, which is no reason for a step to fail, but for the start.
pub(crate) fn check() -> Result<(), Error> {
    recording();
    if IS_WRONG.load(Ordering::Relaxed) {
        crate::runtime::env::startup_report()?;
    }
    Ok(())
}

#[cold]
fn set_up() -> Option<&'static Profiler> {
    let make = || {
        let settings = crate::runtime::env::startup_report();
        IS_WRONG.store(settings.is_err(), Ordering::Relaxed);
        let settings = settings.ok()??;
        let mut profile = Profile::default();
        profile.set_mark(Moment::Main, Mark::now());
        Some(Profiler {
            settings,
            is_recording: AtomicBool::new(true),
            profile: Mutex::new(profile),
        })
    };
    PROFILER.get_or_init(make).as_ref()
}

/// The step that this thread has ended last, whether it is recorded or not.
pub(crate) fn last_step() -> Option<&'static str> {
    LAST.get()
}

/// Tells which step has ended on this thread.
pub(super) fn set_last(name: &'static str) {
    LAST.set(Some(name));
}

/// The innermost step of this thread.
pub(super) fn current() -> Option<StepId> {
    CURRENT.get()
}

/// Makes `step` the innermost of this thread; returns the one before.
pub(super) fn enter(step: Option<StepId>) -> Option<StepId> {
    CURRENT.replace(step)
}

impl Profiler {
    pub(super) fn profile(&self) -> MutexGuard<'_, Profile> {
        // What is recorded is whole after each statement, so also after a panic.
        self.profile.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cold]
    pub(super) fn mark(&self, moment: Moment) {
        let now = Mark::now();
        self.profile().set_mark(moment, now);
    }

    /// Begins a step below the one this thread is in; `known` adds what else is known of it.
    pub(super) fn begin(
        &self,
        name: Name,
        kind: Kind,
        known: impl FnOnce(&mut Step),
    ) -> Option<StepId> {
        let mut step = Step::new(name, kind, clock::now());
        step.parent = CURRENT.get();
        known(&mut step);
        let mut profile = self.profile();
        step.request = profile.current_request();
        profile.add(step)
    }

    /// Changes what is known of a step.
    pub(super) fn update(&self, id: StepId, change: impl FnOnce(&mut Step)) {
        if let Some(step) = self.profile().steps.get_mut(id) {
            change(step);
        }
    }

    /// Begins a request; returns its place.
    #[cold]
    pub(super) fn request(&self) -> usize {
        let begin = Mark::now();
        let mut profile = self.profile();
        profile.requests.push(Request { begin, end: None, failed: false });
        profile.requests.len() - 1
    }

    /// Ends a request; true if it is the one after which the report is written.
    #[cold]
    pub(super) fn answered(&self, place: usize, failed: bool) -> bool {
        let end = Mark::now();
        let mut profile = self.profile();
        if let Some(request) = profile.requests.get_mut(place) {
            request.end = Some(end);
            request.failed = failed;
        }
        profile.answered() >= self.settings.requests
    }

    /// Ends the recording and hands out what it has; nothing the second time.
    pub(super) fn finish(&self) -> Option<Profile> {
        self.is_recording
            .swap(false, Ordering::Relaxed)
            .then(|| std::mem::take(&mut *self.profile()))
    }
}

impl Mark {
    pub(super) fn now() -> Self {
        Self { at: clock::now(), usage: clock::process() }
    }
}
