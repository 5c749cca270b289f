//! What a step needs of others.

use std::sync::Arc;

use futures_util::future::LocalBoxFuture;

use super::outputs::{Cell, Step};

/// What [`Plan::after`](super::Plan::after) takes: a reference to a [`Step`], or a tuple of them.
///
/// Nobody needs to implement it.
pub trait Dependencies {
    /// Shares of what they make.
    type Inputs: Inputs;

    /// Takes the shares.
    fn inputs(self) -> Self::Inputs;
}

/// What steps will have made.
///
/// Nobody needs to implement it.
pub trait Inputs: 'static {
    /// What the work is given: a reference to what each step has made.
    type Values<'r>;

    /// What they have made, once all have.
    #[doc(hidden)]
    fn values(&self) -> Option<Self::Values<'_>>;

    /// Each by itself.
    #[doc(hidden)]
    fn each(&self) -> Vec<&dyn Input>;
}

/// One step that is waited for.
#[doc(hidden)]
pub trait Input {
    /// Waits until it has ended.
    fn ended(&self) -> LocalBoxFuture<'_, ()>;

    /// The plan that it belongs to.
    fn plan(&self) -> usize;

    /// Its place in the profile.
    fn recorded(&self) -> Option<usize>;
}

impl<T> Input for Cell<T> {
    fn ended(&self) -> LocalBoxFuture<'_, ()> {
        Box::pin(async {
            self.value.wait().await;
        })
    }

    fn plan(&self) -> usize {
        self.plan
    }

    fn recorded(&self) -> Option<usize> {
        self.recorded.get().copied()
    }
}

impl Dependencies for () {
    type Inputs = ();

    fn inputs(self) {}
}

impl Inputs for () {
    type Values<'r> = ();

    fn values(&self) -> Option<()> {
        Some(())
    }

    fn each(&self) -> Vec<&dyn Input> {
        Vec::new()
    }
}

impl<T: 'static> Dependencies for &Step<T> {
    type Inputs = Arc<Cell<T>>;

    fn inputs(self) -> Self::Inputs {
        self.cell.clone()
    }
}

impl<T: 'static> Inputs for Arc<Cell<T>> {
    type Values<'r> = &'r T;

    fn values(&self) -> Option<&T> {
        self.value.get()
    }

    fn each(&self) -> Vec<&dyn Input> {
        vec![&**self]
    }
}

macro_rules! tuples {
    ($($first:ident $($rest:ident)*)?) => {
        $(
            impl<$first: 'static, $($rest: 'static),*> Dependencies
                for (&Step<$first>, $(&Step<$rest>),*)
            {
                type Inputs = (Arc<Cell<$first>>, $(Arc<Cell<$rest>>),*);

                #[allow(non_snake_case, reason = "a variable for each type")]
                fn inputs(self) -> Self::Inputs {
                    let ($first, $($rest),*) = self;
                    ($first.cell.clone(), $($rest.cell.clone()),*)
                }
            }

            impl<$first: 'static, $($rest: 'static),*> Inputs
                for (Arc<Cell<$first>>, $(Arc<Cell<$rest>>),*)
            {
                type Values<'r> = (&'r $first, $(&'r $rest),*);

                #[allow(non_snake_case, reason = "a variable for each type")]
                fn values(&self) -> Option<Self::Values<'_>> {
                    let ($first, $($rest),*) = self;
                    Some(($first.value.get()?, $($rest.value.get()?),*))
                }

                #[allow(non_snake_case, reason = "a variable for each type")]
                fn each(&self) -> Vec<&dyn Input> {
                    let ($first, $($rest),*) = self;
                    vec![&**$first, $(&**$rest),*]
                }
            }

            tuples!($($rest)*);
        )?
    };
}

tuples!(A B C D E F);
