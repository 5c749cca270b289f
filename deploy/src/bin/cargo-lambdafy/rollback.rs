//! `cargo lambdafy rollback`.

use std::process::ExitCode;

use clap::Args;
use lambdafy_deploy::ship::{self, Cloud};
use serde_json::json;

use crate::arguments::Chosen;
use crate::terminal::green;

/// Which version gets requests.
#[derive(Args, Debug)]
#[command(after_help = "The next `deploy` goes on from there. Migrations are not taken back.\n\n\
    Examples:\n  cargo lambdafy rollback\n  cargo lambdafy rollback --to 12")]
pub(crate) struct Options {
    /// The version; otherwise the newest before that which is live
    #[arg(long, value_name = "VERSION")]
    to: Option<u64>,
    /// Says the outcome in JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    chosen: Chosen,
}

pub(crate) async fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let (_, deployment) = options.chosen.deployment()?;
    let cloud = Cloud::connect(deployment.settings.region.as_deref()).await?;
    let done = ship::rollback(&cloud, deployment.name.as_str(), options.to).await?;
    if options.json {
        anstream::println!("{:#}", json!({ "from": done.from, "to": done.to }));
    } else {
        anstream::eprintln!(
            "{} requests go to version {}, not {}",
            green("rolled back:"),
            done.to,
            done.from
        );
    }
    Ok(ExitCode::SUCCESS)
}
