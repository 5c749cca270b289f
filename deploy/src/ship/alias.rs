//! Versions of the function, and the alias that says which one gets requests.

use super::error::aws;
use super::{Cloud, ShipError};
use crate::deployment::ALIAS;

/// What was rolled back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rollback {
    /// The version that got requests before.
    pub from: u64,
    /// The version that gets them now.
    pub to: u64,
}

/// Moves the alias back: to a version, or to the newest one before that which is live.
///
/// # Errors
/// If there is no such version, or AWS refuses.
pub async fn rollback(cloud: &Cloud, name: &str, to: Option<u64>) -> Result<Rollback, ShipError> {
    let Some(from) = cloud.live_version(name).await? else {
        return Err(ShipError::new(format!(
            "there is no function {name} with an alias {ALIAS} in {}: cargo lambdafy deploy",
            cloud.region
        )));
    };
    let versions = cloud.versions(name).await?;
    let wanted = match to {
        Some(to) => versions.iter().find(|version| **version == to),
        None => versions.iter().rfind(|version| **version < from),
    };
    let Some(to) = wanted.copied() else {
        let known: Vec<_> = versions.iter().map(ToString::to_string).collect();
        return Err(ShipError::new(format!(
            "there is no {} to go back to; live is {from}, there are: {}",
            to.map_or("earlier version".to_owned(), |to| format!("version {to}")),
            known.join(", ")
        )));
    };
    cloud.make_live(name, to).await?;
    Ok(Rollback { from, to })
}

impl Cloud {
    /// The version that gets requests; `None` if there is no function yet.
    pub(super) async fn live_version(&self, name: &str) -> Result<Option<u64>, ShipError> {
        let alias = self.functions.get_alias().function_name(name).name(ALIAS).send().await;
        match alias {
            Ok(alias) => Ok(alias.function_version().and_then(|version| version.parse().ok())),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|error| error.is_resource_not_found_exception()) =>
            {
                Ok(None)
            }
            Err(error) => Err(aws(format!("looking at the alias {ALIAS} of {name}"))(error)),
        }
    }

    /// The versions that are there, oldest first.
    pub(super) async fn versions(&self, name: &str) -> Result<Vec<u64>, ShipError> {
        let mut versions = Vec::new();
        let mut pages =
            self.functions.list_versions_by_function().function_name(name).into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(aws(format!("listing the versions of {name}")))?;
            let numbers =
                page.versions().iter().filter_map(|one| one.version()?.parse::<u64>().ok());
            versions.extend(numbers);
        }
        versions.sort_unstable();
        Ok(versions)
    }

    /// Sends requests to a version from now on.
    pub(super) async fn make_live(&self, name: &str, version: u64) -> Result<(), ShipError> {
        let update = self.functions.update_alias().function_name(name).name(ALIAS);
        let updated = update.function_version(version.to_string()).send().await;
        updated.map_err(aws(format!("moving the alias {ALIAS} to version {version}")))?;
        Ok(())
    }
}
