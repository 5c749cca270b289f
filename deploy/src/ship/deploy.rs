//! The whole way, in order.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Serialize;
use serde_json::Value as Json;

use super::{Cloud, Progress, ShipError, Zip, build, migrations, smoke, stack};
use crate::deployment::Deployment;
use crate::{Project, cloudformation};

/// What a deployment would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The command that builds the function.
    pub build: String,
    /// Where its zip goes.
    pub upload: String,
    /// The stack's name.
    pub stack: String,
    /// Whether the stack is there already.
    pub exists: bool,
    /// The version that gets requests now.
    pub live_version: Option<u64>,
    /// Resources that are made: logical id and type.
    pub added: Vec<String>,
    /// Resources that change.
    pub changed: Vec<String>,
    /// Resources that are removed from the stack.
    pub removed: Vec<String>,
}

/// What was deployed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deployed {
    /// Where the app is found.
    pub url: Option<String>,
    /// The version that gets requests.
    pub version: u64,
    /// The version that got them before.
    pub previous_version: Option<u64>,
}

/// Looks at what is there, and changes nothing; with the executable, if it is built, whose digest
/// tells whether the code is another one.
///
/// # Errors
/// If AWS is not reached.
pub async fn plan(
    cloud: &Cloud,
    project: &Project,
    deployment: Deployment,
    executable: Option<&Path>,
) -> Result<Plan, ShipError> {
    let zip = executable.map(Zip::of).transpose()?;
    let digest = zip.map_or_else(|| "<digest of the zip>".to_owned(), |zip| zip.digest);
    let deployment = deployment.with_revision(&digest);
    let name = deployment.name.as_str();
    let exists = cloud.stack(name).await?.is_some();
    let before = if exists { cloud.template(name).await? } else { Json::Null };
    let after = cloudformation::json(&deployment);
    let resources =
        |template: &Json| template["Resources"].as_object().cloned().unwrap_or_default();
    let (before, after) = (resources(&before), resources(&after));
    let titled = |id: &String, resource: &Json| {
        format!("{id} ({})", resource["Type"].as_str().unwrap_or_default())
    };
    let ids: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let mut plan = Plan {
        build: build::command(project, &deployment).join(" "),
        upload: format!("s3://{}/{name}/{digest}.zip", cloud.code_bucket()),
        stack: name.to_owned(),
        exists,
        live_version: cloud.live_version(name).await?,
        added: Vec::new(),
        changed: Vec::new(),
        removed: Vec::new(),
    };
    for id in ids {
        match (before.get(id), after.get(id)) {
            (None, Some(new)) => plan.added.push(titled(id, new)),
            (Some(old), None) => plan.removed.push(titled(id, old)),
            (Some(old), Some(new)) if old != new => plan.changed.push(titled(id, new)),
            _ => {}
        }
    }
    Ok(plan)
}

/// Uploads an executable and brings it to life; see the module's documentation for the order.
///
/// # Errors
/// If AWS refuses something, or the new version does not prove itself: then requests go to the
/// version that got them before.
pub async fn deploy(
    cloud: &Cloud,
    deployment: Deployment,
    executable: &Path,
    progress: Progress<'_>,
) -> Result<Deployed, ShipError> {
    let zip = Zip::of(executable)?;
    let deployment = deployment.with_revision(&zip.digest);
    let name = deployment.name.as_str();
    progress.step("uploading the code");
    let key = zip.key(&deployment.name);
    cloud.upload(&zip, &key, progress).await?;

    progress.step(&format!("CloudFormation stack {name} in {}", cloud.region));
    let exists = cloud.make_ready(name, progress).await?;
    let previous = cloud.live_version(name).await?;
    let live = previous.map_or_else(String::new, |version| version.to_string());
    let parameters = [("CodeBucket", cloud.code_bucket()), ("CodeKey", key), ("LiveVersion", live)];
    let applied = cloud.apply(stack::update(&deployment, parameters), exists, progress).await;
    if let Err(error) = applied {
        return Err(put_back(cloud, name, previous, error).await);
    }
    let made = cloud.stack(name).await?;
    let output = |key: &str| made.as_ref().and_then(|stack| stack::output(stack, key));
    let Some(version) = output("Version").and_then(|version| version.parse().ok()) else {
        return Err(ShipError::new(format!("the stack {name} does not say which version it made")));
    };

    migrations::run(cloud, &deployment, version, progress).await?;
    if cloud.live_version(name).await? != Some(version) {
        progress.step(&format!("requests go to version {version}"));
        cloud.make_live(name, version).await?;
    }
    let url = output("Url").map(str::to_owned);
    let tested =
        smoke::run(&deployment.settings.smoke_test, url.as_deref().unwrap_or_default(), progress);
    match tested.await {
        Ok(()) => Ok(Deployed { url, version, previous_version: previous }),
        Err(error) => Err(take_back(cloud, name, version, previous, error).await),
    }
}

/// After a stack that failed: CloudFormation takes the alias back to the version of its own last
/// update, which is older than the one that went live after that.
async fn put_back(cloud: &Cloud, name: &str, previous: Option<u64>, error: ShipError) -> ShipError {
    let Some(previous) = previous else {
        return error;
    };
    let outcome = match cloud.live_version(name).await {
        Ok(live) if live == Some(previous) => return error,
        Ok(_) => cloud.make_live(name, previous).await,
        Err(error) => Err(error),
    };
    ShipError::new(match outcome {
        Ok(()) => format!("{error}\nrequests go to version {previous} again"),
        Err(other) => {
            format!("{error}\nand sending requests to version {previous} failed too: {other}")
        }
    })
}

/// Sends requests to the version that got them before.
async fn take_back(
    cloud: &Cloud,
    name: &str,
    version: u64,
    previous: Option<u64>,
    error: ShipError,
) -> ShipError {
    let outcome = match previous {
        None => "it is the first version, so there is none to go back to".to_owned(),
        Some(previous) if previous == version => {
            format!("version {version} was live before, nothing was changed")
        }
        Some(previous) => match cloud.make_live(name, previous).await {
            Ok(()) => format!("requests go to version {previous} again"),
            Err(error) => format!("and going back to version {previous} failed too: {error}"),
        },
    };
    ShipError::refusal(format!("version {version} failed the smoke test: {error}\n{outcome}"))
}
