//! A step of a plan, and what a plan hands out in the end.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::SetOnce;

use super::super::record::StepId;

/// A step that is planned: names what it will make, for [`Plan::after`](super::Plan::after) and
/// [`Plan::run`](super::Plan::run).
pub struct Step<T> {
    pub(super) cell: Arc<Cell<T>>,
}

/// Where a step puts what it makes.
pub struct Cell<T> {
    pub(super) plan: usize,
    pub(super) name: &'static str,
    pub(super) value: SetOnce<T>,
    pub(super) budget: OnceLock<Duration>,
    /// Its place in the profile.
    pub(super) recorded: OnceLock<StepId>,
}

impl<T> Step<T> {
    pub(super) fn new(plan: usize, name: &'static str) -> Self {
        let (value, budget, recorded) = (SetOnce::new(), OnceLock::new(), OnceLock::new());
        Self { cell: Arc::new(Cell { plan, name, value, budget, recorded }) }
    }

    /// How long it may take, from its own begin on; then the plan fails and says so. There is no
    /// limit by default: Lambda has its own, 10 s for INIT.
    ///
    /// What computes on the blocking pool can't be stopped there, but the plan goes on without it.
    #[must_use]
    pub fn budget(self, limit: Duration) -> Self {
        // The first limit counts.
        let _ = self.cell.budget.set(limit);
        self
    }
}

impl<T> fmt::Debug for Step<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Step({})", self.cell.name)
    }
}

impl<T> fmt::Debug for Cell<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cell({})", self.name)
    }
}

/// What [`Plan::run`](super::Plan::run) is asked for: a [`Step`], or a tuple of them.
///
/// Nobody needs to implement it.
pub trait Outputs {
    /// What they made.
    type Values;

    /// Takes it; nothing if a step has not run.
    #[doc(hidden)]
    fn take(self) -> Option<Self::Values>;
}

impl Outputs for () {
    type Values = ();

    fn take(self) -> Option<()> {
        Some(())
    }
}

impl<T> Outputs for Step<T> {
    type Values = T;

    fn take(self) -> Option<T> {
        Arc::into_inner(self.cell)?.value.into_inner()
    }
}

macro_rules! outputs_of_tuples {
    ($($first:ident $($rest:ident)*)?) => {
        $(
            impl<$first, $($rest),*> Outputs for (Step<$first>, $(Step<$rest>),*) {
                type Values = ($first, $($rest),*);

                #[allow(non_snake_case, reason = "a variable for each type")]
                fn take(self) -> Option<Self::Values> {
                    let ($first, $($rest),*) = self;
                    Some(($first.take()?, $($rest.take()?),*))
                }
            }
            outputs_of_tuples!($($rest)*);
        )?
    };
}

outputs_of_tuples!(A B C D E F G H);
