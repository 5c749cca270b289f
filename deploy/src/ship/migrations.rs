//! Migrations: the schema is brought up to date before the new version gets requests.

use aws_sdk_lambda::primitives::Blob;
use tokio::process::Command;

use super::error::aws;
use super::{Cloud, Progress, ShipError};
use crate::deployment::{Deployment, MIGRATIONS_SOURCE};
use crate::settings::Migrations;

/// Runs them, if there are any.
pub(super) async fn run(
    cloud: &Cloud,
    deployment: &Deployment,
    version: u64,
    progress: Progress<'_>,
) -> Result<(), ShipError> {
    match &deployment.settings.migrations {
        None => Ok(()),
        Some(Migrations::Path(path)) => {
            progress.step(&format!("migrations: {path} of version {version}"));
            invoke(cloud, deployment.name.as_str(), version, progress).await
        }
        Some(Migrations::Command(words)) => {
            progress.step(&format!("migrations: {}", without_passwords(words)));
            command(words).await
        }
    }
}

/// The new version gets an event; a status of 400 or more makes it a failed invocation.
async fn invoke(
    cloud: &Cloud,
    name: &str,
    version: u64,
    progress: Progress<'_>,
) -> Result<(), ShipError> {
    let event = serde_json::json!({
        "version": "0",
        "source": MIGRATIONS_SOURCE,
        "detail-type": "Migrations",
        "detail": { "function": name, "version": version.to_string() },
    });
    let call = cloud.functions.invoke().function_name(name).qualifier(version.to_string());
    let answer = call.payload(Blob::new(event.to_string())).send().await;
    let answer = answer.map_err(aws("running the migrations"))?;
    let said = answer
        .payload()
        .map_or_else(String::new, |payload| String::from_utf8_lossy(payload.as_ref()).into_owned());
    if let Some(error) = answer.function_error() {
        return Err(ShipError::refusal(format!(
            "the migrations failed ({error}), so version {version} gets no requests: {said}\n\
             see `cargo lambdafy logs`"
        )));
    }
    progress.detail(&said);
    Ok(())
}

/// The words as they may be seen: `scheme://user:...@host`.
fn without_passwords(words: &[String]) -> String {
    let shown = |word: &String| {
        let (scheme, rest) = word.split_once("://")?;
        let (user, host) = rest.rsplit_once('@')?;
        let (name, _) = user.split_once(':')?;
        Some(format!("{scheme}://{name}:...@{host}"))
    };
    words
        .iter()
        .map(|word| shown(word).unwrap_or_else(|| word.clone()))
        .collect::<Vec<_>>()
        .join(" ")
}

async fn command(words: &[String]) -> Result<(), ShipError> {
    let Some((program, arguments)) = words.split_first() else {
        return Err(ShipError::new(
            "migrations.command is empty: expected a program and its arguments",
        ));
    };
    let status = Command::new(program).args(arguments).status().await.map_err(|error| {
        ShipError::new(format!("migrations: {program} cannot be started: {error}"))
    })?;
    if status.success() {
        return Ok(());
    }
    Err(ShipError::refusal(format!(
        "the migrations failed ({status}), so the new version gets no requests"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_shown() {
        let words = ["sqlx", "--url", "postgres://app:p@ss:w@db/app", "postgres://db/a"];
        let words = words.map(str::to_owned);
        assert_eq!(
            without_passwords(&words),
            "sqlx --url postgres://app:...@db/app postgres://db/a"
        );
    }
}
