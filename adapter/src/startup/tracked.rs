//! A value whose use is noticed.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, Ordering};

use super::profiler;
use super::record::Name;

/// A value made in INIT of which the report tells whether the first requests used it.
///
/// Used as the value itself. What no first request uses costs every cold start for nothing: it
/// belongs into a [`Lazy`](super::Lazy) or a `LazyLock`. A use is noticed by the first `Deref`
/// while a request is answered, which costs one load and a branch from then on.
///
/// ```
/// use lambdafy::startup::{self, Tracked};
///
/// let words = startup::step("words", || vec!["a", "b"]);
/// let words = Tracked::new("words", words);
/// assert_eq!(words.len(), 2);
/// ```
pub struct Tracked<T> {
    name: &'static str,
    is_used: AtomicBool,
    value: T,
}

impl<T> Tracked<T> {
    /// Watches `value`, made by the step of this name.
    pub fn new(name: &'static str, value: T) -> Self {
        let watches = profiler::recording().is_some_and(|profiler| {
            let mut profile = profiler.profile();
            let steps = profile.steps.iter_mut().rev();
            let step = steps.into_iter().find(|step| step.name == Name::Text(name));
            step.map(|step| step.is_watched = true).is_some()
        });
        Self { name, is_used: AtomicBool::new(!watches), value }
    }

    /// The value, without being watched any more.
    pub fn into_inner(self) -> T {
        self.note_use();
        self.value
    }

    #[inline]
    fn note_use(&self) {
        if !self.is_used.load(Ordering::Relaxed) {
            self.note_first_use();
        }
    }

    #[cold]
    fn note_first_use(&self) {
        let Some(profiler) = profiler::recording() else {
            return self.is_used.store(true, Ordering::Relaxed);
        };
        let mut profile = profiler.profile();
        // INIT may look at it, to clone it for instance: that is not what it is for.
        let Some(request) = profile.current_request() else { return };
        self.is_used.store(true, Ordering::Relaxed);
        let watched =
            profile.steps.iter_mut().rev().find(|step| step.name == Name::Text(self.name));
        if let Some(step) = watched {
            step.first_use.get_or_insert(request);
        }
    }
}

impl<T> Deref for Tracked<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        self.note_use();
        &self.value
    }
}

impl<T> DerefMut for Tracked<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        self.note_use();
        &mut self.value
    }
}

impl<T: Clone> Clone for Tracked<T> {
    /// A clone is watched under the same name.
    fn clone(&self) -> Self {
        let is_used = AtomicBool::new(self.is_used.load(Ordering::Relaxed));
        Self { name: self.name, is_used, value: self.value.clone() }
    }
}

impl<T: fmt::Debug> fmt::Debug for Tracked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}
