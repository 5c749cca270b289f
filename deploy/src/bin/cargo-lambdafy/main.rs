//! `cargo lambdafy`: templates, checks and deployment of an app on AWS Lambda.

mod arguments;
mod check;
mod deploy;
mod destroy;
#[cfg(all(unix, feature = "dev"))]
mod dev;
mod init;
mod logs;
mod policy;
mod rollback;
mod status;
mod template;
mod terminal;

use std::process::ExitCode;

use anyhow::Context;
use arguments::{Arguments, Command};
use clap::Parser;
use lambdafy_deploy::ship::ShipError;

fn main() -> ExitCode {
    let arguments = Arguments::parse_from(arguments::given());
    match run(&arguments.command) {
        Ok(code) => code,
        // In one line: a backtrace tells a user nothing, whatever RUST_BACKTRACE says.
        Err(error) => {
            anstream::eprintln!("{} {error:#}", terminal::red("error:"));
            let refused = error.downcast_ref::<ShipError>().is_some_and(ShipError::is_refusal);
            if refused { ExitCode::from(check::REFUSED) } else { ExitCode::FAILURE }
        }
    }
}

fn run(command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Check(options) => check::run(options),
        Command::Deploy(options) => wait_for(deploy::run(options)),
        Command::Destroy(options) => wait_for(destroy::run(options)),
        #[cfg(all(unix, feature = "dev"))]
        Command::Dev(options) => wait_for(dev::run(options)),
        Command::Init(options) => init::run(options),
        Command::Logs(options) => wait_for(logs::run(options)),
        Command::Policy(options) => policy::run(options),
        Command::Rollback(options) => wait_for(rollback::run(options)),
        Command::Status(options) => wait_for(status::run(options)),
        Command::Template(options) => template::run(options),
    }
}

fn wait_for(done: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.context("tokio cannot start")?.block_on(done)
}
