//! `cargo lambdafy deploy`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::ensure;
use clap::Args;
use lambdafy_deploy::ship::{self, Cloud, Deployed, Plan};
use lambdafy_deploy::{Deployment, Project};
use serde_json::json;

use crate::arguments::Chosen;
use crate::check::{self, Allowed, REFUSED};
use crate::terminal::{self, green};

/// What is deployed, and how far.
#[derive(Args, Debug)]
#[command(
    after_help = "In order: check; cargo lambda build; upload; the CloudFormation stack, with a new version \
    beside the live one; migrations; the alias moves; a request to the live URL; and back if it fails.\n\n\
    Examples:\n  \
    cargo lambdafy deploy --dry-run\n  \
    cargo lambdafy deploy --name orders-staging --env RUST_LOG=debug\n  \
    cargo lambdafy deploy --json --bootstrap target/lambda/orders/bootstrap\n\n\
    Exit code 3 if the check, the migrations or the smoke test refuse."
)]
pub(crate) struct Options {
    /// Prints what would be done, and changes nothing
    #[arg(long)]
    dry_run: bool,
    /// An executable that is built already, instead of building it
    #[arg(long, value_name = "PATH")]
    bootstrap: Option<PathBuf>,
    /// Says the outcome in JSON, on standard output
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    allowed: Allowed,
    #[command(flatten)]
    chosen: Chosen,
}

pub(crate) async fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let (project, mut deployment) = options.chosen.deployment()?;
    if let Some(path) = &options.bootstrap {
        ensure!(
            path.is_file(),
            "--bootstrap: there is no file {}: build it first, or leave the flag out",
            path.display()
        );
    }
    // Once it is known, what depends on it is checked too.
    let region = Cloud::region(deployment.settings.region.as_deref()).await?;
    deployment.settings.region = Some(region.clone());
    let findings =
        check::findings(&project, &deployment, &options.allowed, options.bootstrap.as_deref());
    check::report(&project, &findings);
    if check::is_refused(&findings) {
        return Ok(ExitCode::from(REFUSED));
    }
    let cloud = Cloud::connect(Some(&region)).await?;
    if options.dry_run {
        if options.bootstrap.is_none() {
            ship::look_for_target(&project, &deployment).await?;
        }
        let usual = project.package_of(&deployment.binary);
        let built = options.bootstrap.as_deref().unwrap_or(&usual);
        let built = Some(built).filter(|path| path.is_file());
        let plan = ship::plan(&cloud, &project, deployment, built).await?;
        tell_plan(options, &cloud, &plan);
        return Ok(ExitCode::SUCCESS);
    }
    let deployed = deploy(options, &cloud, &project, deployment).await?;
    tell(options, &deployed);
    Ok(ExitCode::SUCCESS)
}

async fn deploy(
    options: &Options,
    cloud: &Cloud,
    project: &Project,
    deployment: Deployment,
) -> anyhow::Result<Deployed> {
    let progress = terminal::progress();
    let executable = match &options.bootstrap {
        Some(path) => path.clone(),
        None => ship::build(project, &deployment, progress).await?,
    };
    Ok(ship::deploy(cloud, deployment, &executable, progress).await?)
}

fn tell_plan(options: &Options, cloud: &Cloud, plan: &Plan) {
    if options.json {
        anstream::println!("{:#}", json!(plan));
        return;
    }
    let verb = if plan.exists { "update" } else { "make" };
    let live =
        plan.live_version.map_or("no version".to_owned(), |version| format!("version {version}"));
    anstream::println!("1. {}", plan.build);
    anstream::println!("2. upload to {}", plan.upload);
    anstream::println!(
        "3. {verb} the stack {} in {} ({})",
        plan.stack,
        cloud.region,
        cloud.account
    );
    for (sign, resources) in [("+", &plan.added), ("~", &plan.changed), ("-", &plan.removed)] {
        for resource in resources {
            anstream::println!("   {sign} {resource}");
        }
    }
    anstream::println!("4. move the alias live from {live} to the new one, and test the URL");
}

fn tell(options: &Options, deployed: &Deployed) {
    if options.json {
        anstream::println!("{:#}", json!(deployed));
        return;
    }
    anstream::eprintln!("{} version {} is live", green("deployed:"), deployed.version);
    if let Some(url) = &deployed.url {
        anstream::println!("{url}");
    }
}
