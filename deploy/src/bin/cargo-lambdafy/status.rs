//! `cargo lambdafy status`.

use std::process::ExitCode;

use clap::Args;
use lambdafy_deploy::ship::{self, Cloud, Status};
use serde_json::json;

use crate::arguments::Chosen;

/// How it is said.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  cargo lambdafy status --json | jq -r .url\n\nExit code 1 if nothing is deployed."
)]
pub(crate) struct Options {
    /// Says it in JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    chosen: Chosen,
}

pub(crate) async fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let (_, deployment) = options.chosen.deployment()?;
    let cloud = Cloud::connect(deployment.settings.region.as_deref()).await?;
    let name = deployment.name.as_str();
    let Some(status) = ship::status(&cloud, name).await? else {
        anyhow::bail!("there is no stack {name} in {}: cargo lambdafy deploy", cloud.region);
    };
    if options.json {
        anstream::println!("{:#}", json!(status));
    } else {
        tell(&status);
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(status: &Status) {
    let say = |what: &str, value: String| anstream::println!("{what:<13} {value}");
    let number =
        |number: Option<u64>| number.map_or("none".to_owned(), |number| number.to_string());
    say("stack", format!("{} ({})", status.stack, status.stack_status));
    say("URL", status.url.clone().unwrap_or_default());
    say("live version", number(status.live_version));
    let versions: Vec<_> = status.versions.iter().map(ToString::to_string).collect();
    say("versions", versions.join(", "));
    if let (Some(memory), Some(timeout)) = (status.memory_mb, status.timeout_s) {
        say("size", format!("{memory} MB, {timeout} s"));
    }
    say("since", status.last_modified.clone().unwrap_or_default());
}
