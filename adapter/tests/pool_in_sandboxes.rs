//! The pool in a function as Lambda runs it: sandboxes of the emulator, which are frozen between
//! invocations, killed, snapshotted and ended.
//!
//! The function is this program itself, started again with a variable that tells it so.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

#[macro_use]
#[path = "pool/on_both.rs"]
mod on_both;

#[path = "pool_in_sandboxes/app.rs"]
mod app;
#[path = "pool_in_sandboxes/chaos.rs"]
mod chaos;
#[path = "pool/database.rs"]
mod database;
#[cfg(target_os = "linux")]
#[path = "pool_in_sandboxes/dead_sessions.rs"]
mod dead_sessions;
#[path = "pool_in_sandboxes/end.rs"]
mod end;
#[path = "pool_in_sandboxes/freeze.rs"]
mod freeze;
#[path = "pool_in_sandboxes/function.rs"]
mod function;
#[cfg(target_os = "linux")]
#[path = "pool_in_sandboxes/newcomer.rs"]
mod newcomer;
#[cfg(target_os = "linux")]
#[path = "pool/path.rs"]
mod path;
#[cfg(target_os = "linux")]
#[path = "pool_in_sandboxes/thaw.rs"]
mod thaw;

/// The function, where the emulator has started this program for it; otherwise nothing.
#[test]
#[allow(clippy::disallowed_methods, reason = "the tests tell by the environment")]
fn function_process() {
    if let Ok(url) = std::env::var(function::DATABASE) {
        let pool = std::env::var(function::POOL).unwrap();
        // As `fn main() -> Result<(), lambdafy::Error>` ends.
        let ended = app::run(&url, &pool);
        std::process::exit(ended.map_or_else(
            |error| {
                eprintln!("Error: {error:?}");
                1
            },
            |()| 0,
        ));
    }
}
