//! `startup-bench`: what an adapter costs on AWS Lambda, beside its rivals.
//!
//! The bench does not know the product: contenders are programs that it builds, starts and watches
//! from outside. `README.md` beside this crate says what each number means.

mod answer;
#[cfg_attr(not(feature = "aws"), path = "aws_missing.rs")]
mod aws;
mod budget;
mod cases;
mod cold;
mod contenders;
mod events;
mod invocation_loop;
mod one_sandbox;
mod process;
mod profile;
mod program;
mod progress;
mod random;
mod record;
mod report;
mod scratch;
mod serve;
mod server;
mod statistics;
mod storm;
mod surroundings;
mod targets;
mod translate;
mod valgrind;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Measures what an adapter costs on AWS Lambda, beside its rivals.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// In process: event bytes -> request -> router -> response -> result bytes.
    Translate(translate::Options),
    /// A whole invocation through a Runtime API server: CPU time, connections, context switches.
    Loop(invocation_loop::Options),
    /// From exec to the first `next` and the first response: time, CPU time, page faults, memory.
    Cold(cold::Options),
    /// A database with few slots under sandboxes that end without warning: failures, latency, rows.
    Storm(storm::Options),
    /// A blog beside Ghost, as long-running servers: start, memory, queries, requests a second.
    Server(server::Options),
    /// Where the cold starts of one app spend their time, step by step; before and after a change.
    Profile(profile::Options),
    /// Finds the hot pages and the function order of an app's start, and packages it so that the pages
    /// are read ahead.
    Record(record::Options),
    /// The cold starts of functions on real Lambda, from its own reports.
    Aws(aws::Options),
    /// Runs an app as a Lambda function on this machine, behind real HTTP.
    Serve(serve::Options),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Translate(options) => translate::run(&options),
        Command::Loop(options) => invocation_loop::run(&options),
        Command::Cold(options) => cold::run(&options),
        Command::Storm(options) => storm::run(&options),
        Command::Server(options) => server::run(&options),
        Command::Profile(options) => profile::run(&options),
        Command::Record(options) => record::run(&options),
        Command::Aws(options) => aws::run(&options),
        Command::Serve(options) => serve::run(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // In one line: a backtrace tells a user nothing, whatever RUST_BACKTRACE says.
        Err(error) => {
            eprintln!("Error: {error:#}");
            code(&error)
        }
    }
}

/// 3 for a budget that does not hold, so that CI can tell it from a run that failed; 130 for a run
/// that was interrupted, as shells have it; clap's own is 2.
fn code(error: &anyhow::Error) -> ExitCode {
    if error.is::<budget::Exceeded>() {
        ExitCode::from(3)
    } else if error.is::<cold::Interrupted>() {
        ExitCode::from(130)
    } else {
        ExitCode::FAILURE
    }
}
