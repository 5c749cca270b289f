//! `cargo lambdafy check`.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use lambdafy_deploy::check::{Finding, Package, Severity, check};
use lambdafy_deploy::settings::Places;
use lambdafy_deploy::{Deployment, Project};
use serde_json::json;

use crate::arguments::Chosen;
use crate::terminal::{green, red, yellow};

/// The exit code of a refusal.
pub(crate) const REFUSED: u8 = 3;

/// How it is said, and what is put up with.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    cargo lambdafy check\n  \
    cargo lambdafy check --json | jq .findings\n  \
    cargo lambdafy check --allow wide-permission --front-door http-api\n\n\
    Exit code 3 if there is an error.")]
pub(crate) struct Options {
    /// Says it in JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    pub(crate) allowed: Allowed,
    #[command(flatten)]
    chosen: Chosen,
}

/// Findings that are put up with.
#[derive(Args, Debug)]
pub(crate) struct Allowed {
    /// A finding that is put up with, by its name in brackets; may be repeated
    #[arg(long, value_name = "CODE")]
    allow: Vec<String>,
}

pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let (project, deployment) = options.chosen.deployment()?;
    let findings = findings(&project, &deployment, &options.allowed, None);
    if options.json {
        anstream::println!("{:#}", in_json(&project, &findings));
    } else {
        report(&project, &findings);
    }
    Ok(if is_refused(&findings) { ExitCode::from(REFUSED) } else { ExitCode::SUCCESS })
}

/// What is found, less what is allowed, in a built executable too, if there is one.
pub(crate) fn findings(
    project: &Project,
    deployment: &Deployment,
    allowed: &Allowed,
    built: Option<&Path>,
) -> Vec<Finding> {
    let usual = project.package_of(&deployment.binary);
    let package = Package::find(built.unwrap_or(&usual));
    let mut findings = check(deployment, &project.dependencies, package.as_ref());
    for code in &allowed.allow {
        if !findings.iter().any(|finding| code == finding.code) {
            anstream::eprintln!("{}: --allow {code}: there is no such finding", yellow("warning"));
        }
    }
    findings.retain(|finding| !allowed.allow.iter().any(|code| code == finding.code));
    findings
}

pub(crate) fn is_refused(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}

/// Says it to people, on standard error.
pub(crate) fn report(project: &Project, findings: &[Finding]) {
    for finding in findings {
        let severity = match finding.severity {
            Severity::Error => red("error"),
            Severity::Warning => yellow("warning"),
        };
        anstream::eprintln!("{severity}[{}]: {}", finding.code, finding.message);
        let place = place(project, finding).map_or(String::new(), |line| format!("{line}: "));
        anstream::eprintln!("  --> {place}{}", key(finding));
        anstream::eprintln!("  help: {}\n", finding.help);
    }
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let verdict = if errors == 0 { green("checked") } else { red("refused") };
    anstream::eprintln!("{verdict}: errors: {errors}, warnings: {warnings}");
}

fn key(finding: &Finding) -> String {
    match finding.key.as_str() {
        "" => "[package.metadata.lambdafy]".to_owned(),
        key => format!("package.metadata.lambdafy.{key}"),
    }
}

/// The file and the line of the nearest key that is there.
fn place(project: &Project, finding: &Finding) -> Option<String> {
    Some(format!("{}:{}", project.manifest_name(), line(project, finding)?))
}

fn line(project: &Project, finding: &Finding) -> Option<usize> {
    let text = &project.manifest_text;
    let at = Places::of(text).of_key(&finding.key)?.start;
    Some(text[..at].matches('\n').count() + 1)
}

pub(crate) fn in_json(project: &Project, findings: &[Finding]) -> serde_json::Value {
    let manifest: &Path = &project.manifest;
    let all: Vec<_> = findings
        .iter()
        .map(|finding| {
            let mut value = json!(finding);
            value["line"] = json!(line(project, finding));
            value
        })
        .collect();
    json!({ "file": manifest, "refused": is_refused(findings), "findings": all })
}
