//! Where a cold start's time goes, and how to spend less: a profiler, an init plan, lazy values.
//!
//! # See it
//!
//! ```sh
//! LAMBDAFY_STARTUP_REPORT=terminal cargo run --features lambdafy/startup-report
//! ```
//!
//! prints, after the first answer, what happened since the process was made: before `main`, the
//! runtime, making the app, each step in it, and what the first request made lazily. Nothing is
//! recorded without the variable. Its value is a list, separated by commas:
//!
//! | item | |
//! |---|---|
//! | `terminal` | a tree, a timeline and the findings, on standard error |
//! | `json` | everything, for programs; [the guide](crate::guide::cold_start#the-json-report) has its fields |
//! | `trace` | for [Perfetto](https://ui.perfetto.dev) and Chrome's `about:tracing` |
//! | `svg` | a picture |
//! | `emf` | metrics for CloudWatch, a line in the log |
//! | `json:/tmp/startup.json` | any of them into a file instead of standard output |
//! | `requests=3` | after so many answers; 1 unless set |
//! | `cpu` | CPU time and page faults also of each poll of a future, which costs 2 µs a poll |
//! | `exec=123` | when the parent made the process, in nanoseconds of `CLOCK_MONOTONIC`; without it the time before `main` is computed from the process's CPU time and printed with its error |
//!
//! `json` is in every build; the other formats and the findings take the feature `startup-report`.
//! The report is written between the answer and the question for the next event, so that it delays
//! no answer and no freeze comes in between; also when the start fails.
//!
//! Steps are named by one plain call each, [`step`](step()) and [`step_async`]; with the feature
//! `startup-tracing`, `startup::spans` is a layer that makes spans of `tracing` steps too.
//!
//! # Cut it
//!
//! - [`Plan`]: what the first request needs, at once instead of one after the other.
//! - [`Lazy`]: what it does not need, when it is asked for.
//! - [`Tracked`]: finds out which of the two something is.
//!
//! [The guide](crate::guide::cold_start) has what costs most and what helps most, measured.

#[cfg(feature = "startup-report")]
mod analysis;
mod clock;
mod lazy;
mod marks;
mod plan;
mod profiler;
mod record;
mod report;
mod settings;
#[cfg(feature = "startup-report")]
mod sockets;
#[cfg(feature = "startup-tracing")]
mod spans;
mod step;
mod timing;
mod tracked;

pub use lazy::{Get, Init, Lazy};
pub(crate) use marks::*;
pub use plan::{After, Dependencies, Inputs, Outputs, Plan, Step};
pub(crate) use profiler::{check, last_step};
pub(crate) use settings::Settings;
#[cfg(feature = "startup-tracing")]
pub use spans::{Spans, spans};
pub use step::{StepFuture, step, step_async};
pub use tracked::Tracked;
