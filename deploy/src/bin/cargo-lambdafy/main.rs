//! `cargo lambdafy`: templates, checks and deployment of an app on AWS Lambda.

mod arguments;
mod template;

use std::process::ExitCode;

use arguments::{Arguments, Command};
use clap::Parser;

fn main() -> ExitCode {
    let arguments = Arguments::parse_from(arguments::given());
    let done = match &arguments.command {
        Command::Template(options) => template::run(options),
    };
    match done {
        Ok(code) => code,
        // In one line: a backtrace tells a user nothing, whatever RUST_BACKTRACE says.
        Err(error) => {
            anstream::eprintln!(
                "{}error:{} {error:#}",
                arguments::RED.render(),
                arguments::RED.render_reset()
            );
            ExitCode::FAILURE
        }
    }
}
