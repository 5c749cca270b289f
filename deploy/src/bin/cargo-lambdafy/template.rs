//! `cargo lambdafy template`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, ValueEnum};
use lambdafy_deploy::Format;

use crate::arguments::Chosen;

/// What is written, and where to.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    cargo lambdafy template > template.yaml\n  \
    cargo lambdafy template --format cloudformation --front-door alb --output stack.yaml")]
pub(crate) struct Options {
    /// The format
    #[arg(long, value_enum, default_value_t = Wanted::Sam)]
    format: Wanted,
    /// The file that is written; otherwise standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    chosen: Chosen,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Wanted {
    /// AWS SAM, for `sam deploy`
    Sam,
    /// CloudFormation, as `cargo lambdafy deploy` sends it
    Cloudformation,
    /// Terraform, for version 6 of its AWS provider
    Terraform,
    /// OpenAPI with API Gateway's extensions
    Openapi,
    /// serverless.yml, for osls or the Serverless Framework
    Serverless,
}

impl From<Wanted> for Format {
    fn from(wanted: Wanted) -> Self {
        match wanted {
            Wanted::Sam => Self::Sam,
            Wanted::Cloudformation => Self::CloudFormation,
            Wanted::Terraform => Self::Terraform,
            Wanted::Openapi => Self::OpenApi,
            Wanted::Serverless => Self::Serverless,
        }
    }
}

pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let (project, deployment) = options.chosen.deployment()?;
    let folder = options.output.as_deref().and_then(Path::parent);
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let deployment = deployment.with_target(project.target_from(folder)?);
    let text = Format::from(options.format).write(&deployment).with_context(|| {
        format!(
            "{} has no OpenAPI document: take --front-door rest-api or http-api",
            deployment.settings.front_door.title()
        )
    })?;
    match &options.output {
        Some(file) => {
            std::fs::write(file, text)
                .with_context(|| format!("{} cannot be written", file.display()))?;
        }
        None => anstream::print!("{text}"),
    }
    Ok(ExitCode::SUCCESS)
}
