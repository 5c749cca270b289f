//! What is there.

use serde::Serialize;

use super::error::aws;
use super::{Cloud, ShipError, stack};
use crate::deployment::ALIAS;

/// A deployed app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The stack's name.
    pub stack: String,
    /// What CloudFormation says of it.
    pub stack_status: String,
    /// Where the app is found.
    pub url: Option<String>,
    /// The version that gets requests.
    pub live_version: Option<u64>,
    /// The versions that are there, oldest first.
    pub versions: Vec<u64>,
    /// The memory and the time-out of the live version: MiB and seconds.
    pub memory_mb: Option<i32>,
    /// See above.
    pub timeout_s: Option<i32>,
    /// When the live version was made, as AWS writes it.
    pub last_modified: Option<String>,
}

/// Looks; `None` if there is no such stack.
///
/// # Errors
/// If AWS is not reached.
pub async fn status(cloud: &Cloud, name: &str) -> Result<Option<Status>, ShipError> {
    let Some(stack) = cloud.stack(name).await? else {
        return Ok(None);
    };
    let live_version = cloud.live_version(name).await?;
    let mut status = Status {
        stack: name.to_owned(),
        stack_status: stack::status(&stack).to_owned(),
        url: stack::output(&stack, "Url").map(str::to_owned),
        live_version,
        versions: Vec::new(),
        memory_mb: None,
        timeout_s: None,
        last_modified: None,
    };
    if live_version.is_some() {
        status.versions = cloud.versions(name).await?;
        let call =
            cloud.functions.get_function_configuration().function_name(name).qualifier(ALIAS);
        let function = call.send().await.map_err(aws(format!("looking at the function {name}")))?;
        status.memory_mb = function.memory_size();
        status.timeout_s = function.timeout();
        status.last_modified = function.last_modified().map(str::to_owned);
    }
    Ok(Some(status))
}
