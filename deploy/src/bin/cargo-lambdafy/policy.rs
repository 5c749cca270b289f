//! `cargo lambdafy policy`.

use std::process::ExitCode;

use clap::Args;
use lambdafy_deploy::policy;

use crate::arguments::Chosen;

/// Whose policy it is.
#[derive(Args, Debug)]
#[command(
    after_help = "For the user or role that deploys: what this command calls, and what CloudFormation does in its name, \
    on names that begin with the deployment's.\n\n\
    Examples:\n  \
    cargo lambdafy policy > deployer.json\n  \
    aws iam put-role-policy --role-name deployer --policy-name orders --policy-document file://deployer.json"
)]
pub(crate) struct Options {
    #[command(flatten)]
    chosen: Chosen,
}

pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let (_, deployment) = options.chosen.deployment()?;
    anstream::println!("{:#}", policy::document(&deployment));
    Ok(ExitCode::SUCCESS)
}
