//! What is to be done around the life of a sandbox and at the edges of each invocation.
//!
//! The runtime runs the hooks; who adds them need not know it.

#[cfg(feature = "pool")]
mod invocation;
mod sandbox;

#[cfg(feature = "pool")]
pub(crate) use invocation::{
    InvocationHook, add_invocation_hook, after_response, before_response, concurrency, current,
    has_loop, invocation_starts, loop_starts,
};
pub use sandbox::{after_restore, before_snapshot, on_shutdown};
pub(crate) use sandbox::{
    has_shutdown_hooks, run_after_restore, run_before_snapshot, run_shutdown_hooks,
};
