//! A function as Lambda runs it: a process of its own that speaks to a Runtime API, and the same
//! process as a server.
//!
//! The function is this program itself, started again with a variable that names the app to be
//! (`runtime/apps.rs`), so that it has an environment, a standard error, signals and an exit code
//! of its own.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

#[path = "runtime/answers.rs"]
mod answers;
#[path = "runtime/apps.rs"]
mod apps;
#[path = "runtime/concurrency.rs"]
mod concurrency;
#[path = "runtime/connections.rs"]
mod connections;
#[path = "runtime/end.rs"]
mod end;
#[path = "runtime/errors.rs"]
mod errors;
#[path = "runtime/function.rs"]
mod function;
#[path = "runtime/memory.rs"]
mod memory;
#[cfg(all(feature = "no-delay", target_os = "linux"))]
#[path = "runtime/no_delay.rs"]
mod no_delay;
#[path = "runtime/process.rs"]
mod process;
#[path = "runtime/server.rs"]
mod server;
#[path = "runtime/server_end.rs"]
mod server_end;
#[path = "runtime/snapstart.rs"]
mod snapstart;
#[path = "runtime/start.rs"]
mod start;
#[path = "runtime/streams.rs"]
mod streams;
mod support;

/// The function, where a test has started this program for it; otherwise nothing.
#[test]
#[allow(clippy::disallowed_methods, reason = "the tests tell by the environment")]
fn function_process() {
    if let Ok(name) = std::env::var(process::APP) {
        // As `fn main() -> Result<(), lambdafy::Error>` ends.
        let code = match apps::run(&name) {
            Ok(()) => 0,
            Err(error) => {
                eprintln!("Error: {error:?}");
                1
            }
        };
        std::process::exit(code);
    }
}
