//! `cargo lambdafy destroy`.

use std::process::ExitCode;

use clap::Args;
use lambdafy_deploy::ship::{self, Cloud};

use crate::arguments::Chosen;
use crate::terminal;

/// What is removed.
#[derive(Args, Debug)]
#[command(after_help = "Buckets stay, and of a database a snapshot.\n\n\
    Example:\n  cargo lambdafy destroy --name orders-staging --yes")]
pub(crate) struct Options {
    /// Really
    #[arg(long)]
    yes: bool,
    /// A database that was made with it goes too
    #[arg(long)]
    with_database: bool,
    #[command(flatten)]
    chosen: Chosen,
}

pub(crate) async fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let (_, deployment) = options.chosen.deployment()?;
    let name = deployment.name.as_str();
    if !options.yes {
        anyhow::bail!("this removes the stack {name} and its URL: say it again with --yes");
    }
    let cloud = Cloud::connect(deployment.settings.region.as_deref()).await?;
    let was_there =
        ship::destroy(&cloud, name, options.with_database, terminal::progress()).await?;
    anstream::eprintln!("{}", if was_there { "removed" } else { "there was nothing to remove" });
    Ok(ExitCode::SUCCESS)
}
