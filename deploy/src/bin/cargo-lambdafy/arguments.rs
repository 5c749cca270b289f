//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, anyhow};
use clap::{Args, Parser, Subcommand, ValueEnum};
use lambdafy_deploy::settings::{
    Architecture, Between, FrontDoor, Name, Settings, SettingsError, VariableName, VariableText,
};
use lambdafy_deploy::{Deployment, Project};

/// From a cargo project to API Gateway and AWS Lambda.
#[derive(Debug, Parser)]
#[command(name = "cargo lambdafy", bin_name = "cargo lambdafy", version, about)]
#[command(after_help = "The settings are [package.metadata.lambdafy] in Cargo.toml.\n\
    Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 the check or the smoke test refused.")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Looks for what would hurt in production, and says why
    Check(crate::check::Options),
    /// Builds, uploads and brings to life, with a way back
    Deploy(crate::deploy::Options),
    /// Runs the declared function behind the declared front door, on this machine
    #[cfg(all(unix, feature = "dev"))]
    Dev(crate::dev::Options),
    /// Removes what was deployed, but no data
    Destroy(crate::destroy::Options),
    /// Writes the first settings, and shows what changes in main
    Init(crate::init::Options),
    /// Prints the function's log
    Logs(crate::logs::Options),
    /// Prints the IAM policy that deploying needs
    Policy(crate::policy::Options),
    /// Sends requests to an earlier version
    Rollback(crate::rollback::Options),
    /// Tells what is deployed
    Status(crate::status::Options),
    /// Writes a template from the settings
    Template(crate::template::Options),
}

/// The arguments without the word that cargo adds: `cargo lambdafy x` and `cargo-lambdafy x` are
/// the same.
pub(crate) fn given() -> impl Iterator<Item = OsString> {
    let is_cargos = |at: usize, word: &OsString| at == 1 && word == "lambdafy";
    std::env::args_os()
        .enumerate()
        .filter(move |(at, word)| !is_cargos(*at, word))
        .map(|(_, word)| word)
}

/// Which package.
#[derive(Args, Debug)]
pub(crate) struct Manifest {
    /// The Cargo.toml; otherwise that of the current folder
    #[arg(long, value_name = "PATH")]
    manifest_path: Option<PathBuf>,
    /// The package of the workspace
    #[arg(long, short, value_name = "NAME")]
    package: Option<String>,
}

/// Which package, and what is to be other than in its manifest.
#[derive(Args, Debug)]
pub(crate) struct Chosen {
    #[command(flatten)]
    manifest: Manifest,
    /// Another name of function and stack, such as `orders-staging`
    #[arg(long, value_parser = name, help_heading = "Instead of the manifest's settings")]
    name: Option<Name>,
    /// Another region
    #[arg(long, help_heading = "Instead of the manifest's settings")]
    region: Option<String>,
    /// Another front door
    #[arg(long, value_enum, help_heading = "Instead of the manifest's settings")]
    front_door: Option<Door>,
    /// Memory in MiB
    #[arg(long, value_name = "MIB", value_parser = number::<128, 10_240>, help_heading = "Instead of the manifest's settings")]
    memory_mb: Option<Between<128, 10_240>>,
    /// Seconds that one invocation may take
    #[arg(long, value_name = "S", value_parser = number::<1, 900>, help_heading = "Instead of the manifest's settings")]
    timeout_s: Option<Between<1, 900>>,
    /// Another architecture
    #[arg(long, value_enum, help_heading = "Instead of the manifest's settings")]
    architecture: Option<Arch>,
    /// A further environment variable; may be repeated
    #[arg(long, value_name = "NAME=VALUE", help_heading = "Instead of the manifest's settings")]
    env: Vec<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Door {
    RestApi,
    HttpApi,
    FunctionUrl,
    Alb,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Arch {
    #[value(name = "x86_64")]
    X86_64,
    #[value(name = "arm64")]
    Arm64,
}

impl Manifest {
    /// The project.
    pub(crate) fn project(&self) -> anyhow::Result<Project> {
        Ok(Project::find(self.manifest_path.as_deref(), self.package.as_deref())?)
    }
}

impl Chosen {
    /// The project, and the deployment that its settings and these flags stand for.
    pub(crate) fn deployment(&self) -> anyhow::Result<(Project, Deployment)> {
        let project = self.manifest.project()?;
        let mut settings = project.settings()?;
        self.apply(&mut settings)?;
        let settings = settings
            .checked(&project.manifest_name(), &project.manifest_text)
            .map_err(|error| self.blamed(error))?;
        let deployment = project.deployment(settings)?;
        Ok((project, deployment))
    }

    /// The error, about the flag instead of the manifest's line if that is where the value is from.
    fn blamed(&self, error: SettingsError) -> anyhow::Error {
        let is_given = match error.key() {
            "front-door" => self.front_door.is_some(),
            "region" => self.region.is_some(),
            _ => false,
        };
        if is_given { anyhow!("--{}: {}", error.key(), error.message()) } else { error.into() }
    }

    /// The further environment variables.
    ///
    /// Not read by clap, whose errors repeat what was given, and so the value.
    pub(crate) fn variables(&self) -> anyhow::Result<Vec<(VariableName, VariableText)>> {
        self.env.iter().map(|given| variable(given)).collect()
    }

    fn apply(&self, settings: &mut Settings) -> anyhow::Result<()> {
        if let Some(name) = &self.name {
            settings.name = Some(name.clone());
        }
        if let Some(region) = &self.region {
            settings.region = Some(region.clone());
        }
        if let Some(door) = self.front_door {
            settings.front_door = door.into();
        }
        settings.memory_mb = self.memory_mb.unwrap_or(settings.memory_mb);
        settings.timeout_s = self.timeout_s.unwrap_or(settings.timeout_s);
        if let Some(architecture) = self.architecture {
            settings.architecture = architecture.into();
        }
        settings.environment.extend(self.variables()?);
        Ok(())
    }
}

impl From<Door> for FrontDoor {
    fn from(door: Door) -> Self {
        match door {
            Door::RestApi => Self::RestApi,
            Door::HttpApi => Self::HttpApi,
            Door::FunctionUrl => Self::FunctionUrl,
            Door::Alb => Self::Alb,
        }
    }
}

impl From<Arch> for Architecture {
    fn from(arch: Arch) -> Self {
        match arch {
            Arch::X86_64 => Self::X86_64,
            Arch::Arm64 => Self::Arm64,
        }
    }
}

fn name(text: &str) -> Result<Name, String> {
    Name::try_from(text.to_owned())
}

fn number<const MIN: u32, const MAX: u32>(text: &str) -> Result<Between<MIN, MAX>, String> {
    let number: i64 = text.parse().map_err(|_| "expected a number".to_owned())?;
    Between::try_from(number)
}

fn variable(given: &str) -> anyhow::Result<(VariableName, VariableText)> {
    let (name, value) = given.split_once('=').context("--env: expected NAME=VALUE")?;
    let name =
        VariableName::try_from(name.to_owned()).map_err(|error| anyhow!("--env: {error}"))?;
    Ok((name, VariableText::from(value.to_owned())))
}

/// Such as `90s`, `10m`, `2h`, `1d`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "expected a number and s, m, h or d, such as 10m".to_owned();
    let unit = match text.chars().last() {
        Some('s') => 1,
        Some('m') => 60,
        Some('h') => 3600,
        Some('d') => 86_400,
        _ => return Err(wrong()),
    };
    let number: u64 = text[..text.len() - 1].parse().map_err(|_| wrong())?;
    number.checked_mul(unit).map(Duration::from_secs).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        assert_eq!(duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("2h"), Ok(Duration::from_secs(7200)));
        assert!(duration("10").is_err() && duration("").is_err() && duration("m").is_err());
    }
}
