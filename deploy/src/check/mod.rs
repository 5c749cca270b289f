//! What would hurt in production, found before anything leaves the machine: each finding with its
//! numbers, its reason and a way out.
//!
//! ```
//! use std::collections::BTreeMap;
//!
//! use lambdafy_deploy::Deployment;
//! use lambdafy_deploy::check::{Severity, check};
//! use lambdafy_deploy::settings::{Name, Settings};
//!
//! let manifest = "[package]\nname = \"orders\"\n\n[package.metadata.lambdafy]\n\
//!     front-door = \"http-api\"\ntimeout-s = 60\n";
//! let settings = Settings::from_manifest("Cargo.toml", manifest)?;
//! let name = Name::try_from("orders".to_owned())?;
//! let findings = check(&Deployment::new(name, settings), &BTreeMap::new(), None);
//! assert_eq!((findings[0].severity, findings[0].code), (Severity::Error, "gateway-timeout"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod access;
mod database;
mod doors;
mod environment;
mod limits;
mod network;
mod package;

use std::collections::{BTreeMap, BTreeSet};

pub use package::Package;
use serde::Serialize;

use crate::deployment::Deployment;

/// The crates that the app names, with the features that it asks for.
pub type Dependencies = BTreeMap<String, BTreeSet<String>>;

/// What is wrong with a deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Whether it keeps the deployment back.
    pub severity: Severity,
    /// A short name, for `--allow`.
    pub code: &'static str,
    /// The key of the settings that it is about.
    pub key: String,
    /// What is wrong, with the numbers.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It keeps the deployment back.
    Error,
    /// It is worth knowing.
    Warning,
}

/// Looks at everything; errors come first. `package` is what was built, if it was.
#[must_use]
pub fn check(
    deployment: &Deployment,
    dependencies: &Dependencies,
    package: Option<&Package>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    database::check(deployment, dependencies, &mut findings);
    limits::check(deployment, &mut findings);
    doors::check(deployment, &mut findings);
    environment::check(deployment, &mut findings);
    access::check(deployment, dependencies, &mut findings);
    network::check(deployment, &mut findings);
    if let Some(package) = package {
        package::check(deployment, package, &mut findings);
    }
    findings.sort_by_key(|finding| finding.severity);
    findings
}

fn error(
    code: &'static str,
    key: impl Into<String>,
    message: String,
    help: impl Into<String>,
) -> Finding {
    Finding { severity: Severity::Error, code, key: key.into(), message, help: help.into() }
}

fn warning(
    code: &'static str,
    key: impl Into<String>,
    message: String,
    help: impl Into<String>,
) -> Finding {
    Finding { severity: Severity::Warning, ..error(code, key, message, help) }
}
