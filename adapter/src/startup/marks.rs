//! What the runtime tells the profiler.

use std::future::Future;

use super::profiler::{self, Profiler};
use super::record::{Kind, Moment, Name, Outcome};
use super::report;
use super::timing::Timed;

/// The first call of `main` into this crate.
pub(crate) fn main_entered() {
    // Asking marks it.
    let _ = profiler::recording();
}

/// tokio's runtime is there.
pub(crate) fn runtime_built() {
    mark(Moment::Runtime);
}

/// Makes the app, as a phase with the app's own steps in it.
pub(crate) async fn app<T>(make: impl Future<Output = T>, is_made: impl FnOnce(&T) -> bool) -> T {
    let mut make = std::pin::pin!(make);
    let mut timed = Timed::new(Name::Text("app"), Kind::Phase);
    let made = std::future::poll_fn(|cx| timed.poll(|| make.as_mut().poll(cx))).await;
    timed.end(if is_made(&made) { Outcome::Done } else { Outcome::Failed });
    mark(Moment::App);
    made
}

/// INIT ends: the first event is asked for, or the local server listens.
pub(crate) fn init_ended() {
    mark(Moment::Next);
}

/// The app is ready for SnapStart's snapshot.
pub(crate) fn snapshot() {
    mark(Moment::Snapshot);
}

/// What runs is a restored sandbox.
pub(crate) fn restored() {
    mark(Moment::Restored);
}

/// The start or the restore has failed, and Lambda knows.
pub(crate) fn failed() {
    if let Some(profiler) = profiler::recording() {
        profiler.profile().failed = true;
        report::write(profiler);
    }
}

/// Nothing will be answered any more: writes what there is, if that has not been done.
pub(crate) fn ended() {
    if let Some(profiler) = profiler::recording() {
        report::write(profiler);
    }
}

/// A request that is being answered.
pub(crate) struct Answering(Option<(&'static Profiler, usize)>);

/// A request begins to be answered.
#[inline]
pub(crate) fn request() -> Answering {
    Answering(profiler::recording().map(|profiler| (profiler, profiler.request())))
}

impl Answering {
    /// It was answered; true if the report is due.
    #[inline]
    pub(crate) fn answered(self, failed: bool) -> bool {
        self.0.is_some_and(|(profiler, place)| profiler.answered(place, failed))
    }
}

#[inline]
fn mark(moment: Moment) {
    if let Some(profiler) = profiler::recording() {
        profiler.mark(moment);
    }
}
