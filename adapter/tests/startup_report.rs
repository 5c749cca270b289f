//! The start-up report of a function: what is in it, when it is written, and that nothing else
//! changes by it.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

#[path = "startup/apps.rs"]
mod apps;
#[path = "startup/faults.rs"]
mod faults;
#[cfg(feature = "startup-report")]
#[path = "startup/findings.rs"]
mod findings;
#[cfg(feature = "startup-report")]
#[path = "startup/formats.rs"]
mod formats;
#[path = "startup/function.rs"]
mod function;
#[path = "runtime/process.rs"]
mod process;
#[path = "startup/profile.rs"]
mod profile;
#[path = "startup/report.rs"]
mod report;
#[path = "startup/starts.rs"]
mod starts;
#[cfg(feature = "startup-report")]
#[path = "startup/what_if.rs"]
mod what_if;

/// The function, where a test has started this program for it; otherwise nothing.
#[test]
#[allow(clippy::disallowed_methods, reason = "the tests tell by the environment")]
fn function_process() {
    if let Ok(name) = std::env::var(process::APP) {
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
