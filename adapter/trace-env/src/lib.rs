//! The trace id of the current invocation, in the environment.
//!
//! Lambda's own runtimes, lambda_runtime among them, set `_X_AMZN_TRACE_ID` before each
//! invocation, and tracing libraries read it there. Rust has come to see that changing the
//! environment while another thread reads it by C's `getenv` is not sound; this is one small crate
//! so that the adapter itself has nothing to do with it.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-build>

/// The variable's name.
pub const NAME: &str = "_X_AMZN_TRACE_ID";

/// Sets the variable to `trace_id`, or removes it.
///
/// glibc never frees the value that was there before. Only for a process that has one invocation at a time, between invocations.
pub fn set(trace_id: Option<&str>) {
    match trace_id {
        // A NUL would make `set_var` panic.
        Some(trace_id) if !trace_id.contains('\0') => std::env::set_var(NAME, trace_id),
        _ => std::env::remove_var(NAME),
    }
}
