//! One function on Lambda: what it is, how its next start is forced, how it is invoked.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use aws_sdk_lambda::Client;
use aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput;
use aws_sdk_lambda::operation::invoke::InvokeOutput;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{Environment, LastUpdateStatus, LogType, State};

use super::log_report::{Kind, LogReport, reports};
use super::sdk_error::{Variables, describe};

/// The variable whose change makes Lambda start new sandboxes; removed at the end.
pub(super) const MARK: &str = "STARTUP_BENCH_START";

/// How long a changed configuration or a new version may take.
const UPDATE: Duration = Duration::from_secs(600);

/// How often one looks.
const LOOK: Duration = Duration::from_millis(500);

/// What is invoked, and whether its starts can be forced.
#[derive(Clone, Debug)]
pub(super) enum Way {
    /// `$LATEST`, its configuration changed before each start.
    Latest,
    /// A version published for each start: what SnapStart needs.
    Publish,
    /// A version or an alias as it is: it can't be changed.
    Qualifier(String),
}

/// A function.
#[derive(Debug)]
pub(super) struct Function {
    client: Client,
    pub(super) name: String,
    way: Way,
    pub(super) memory_mb: Option<u32>,
    /// Runtime and architecture, for people.
    pub(super) platform: String,
}

impl Function {
    /// Looks a function up.
    ///
    /// # Errors
    /// If there is none, or it may not be seen.
    pub(super) async fn find(client: Client, name: String, way: Way) -> Result<Self> {
        let mut function = Self { client, name, way, memory_mb: None, platform: String::new() };
        let found = function.configuration().await?;
        function.memory_mb = found.memory_size().and_then(|size| size.try_into().ok());
        let runtime = found.runtime().map_or("container image", |runtime| runtime.as_str());
        let architecture = found.architectures().first().map_or("x86_64", |one| one.as_str());
        function.platform = format!("{runtime}, {architecture}");
        Ok(function)
    }

    /// Whether each start is forced.
    pub(super) fn is_forced(&self) -> bool {
        !matches!(self.way, Way::Qualifier(_))
    }

    /// What is to be done by hand if it can't be [restored](Self::restore).
    pub(super) fn left_behind(&self) -> String {
        format!("{} is not restored: remove its environment variable {MARK}", self.name)
    }

    /// Sees to it that the next invocation is a cold start.
    ///
    /// # Errors
    /// If Lambda refuses.
    pub(super) async fn renew(&self, mark: &str) -> Result<()> {
        match self.way {
            Way::Qualifier(_) => Ok(()),
            Way::Latest | Way::Publish => self.set_mark(Some(mark)).await,
        }
    }

    /// Waits until the last change is in force; the qualifier to invoke, if there is one.
    ///
    /// # Errors
    /// If the change failed, or takes too long.
    pub(super) async fn ready(&self) -> Result<Option<String>> {
        match &self.way {
            Way::Qualifier(qualifier) => return Ok(Some(qualifier.clone())),
            Way::Latest | Way::Publish => self.wait(None).await?,
        }
        if !matches!(self.way, Way::Publish) {
            return Ok(None);
        }
        let published = self.client.publish_version().function_name(&self.name).send().await;
        let published =
            published.map_err(|error| describe("PublishVersion", &error, &Variables::new()))?;
        let version = published.version().context("the new version has no number")?.to_owned();
        self.wait(Some(&version)).await?;
        Ok(Some(version))
    }

    /// Removes a version that [`ready`](Self::ready) published.
    ///
    /// # Errors
    /// If Lambda refuses.
    pub(super) async fn discard(&self, version: Option<&str>) -> Result<()> {
        let (Way::Publish, Some(version)) = (&self.way, version) else {
            return Ok(());
        };
        let deleted = self.client.delete_function().function_name(&self.name).qualifier(version);
        let deleted = deleted.send().await;
        deleted.map_err(|error| describe("DeleteFunction", &error, &Variables::new()))?;
        Ok(())
    }

    /// Removes the variable, and waits until that is in force.
    ///
    /// # Errors
    /// If Lambda refuses.
    pub(super) async fn restore(&self) -> Result<()> {
        if !self.is_forced() {
            return Ok(());
        }
        // An update that is still on its way refuses another.
        self.wait(None).await?;
        self.set_mark(None).await?;
        self.wait(None).await
    }

    /// Invokes it and reads what Lambda reports about that.
    ///
    /// # Errors
    /// If it can't be invoked, the function fails, or there is no report.
    pub(super) async fn invoke(&self, qualifier: Option<&str>, event: &[u8]) -> Result<LogReport> {
        let invoked = self
            .client
            .invoke()
            .function_name(&self.name)
            .set_qualifier(qualifier.map(str::to_owned))
            .log_type(LogType::Tail)
            .payload(Blob::new(event))
            .send()
            .await
            .map_err(|error| describe("InvokeFunction", &error, &Variables::new()))?;
        let reports = reports(&log(&invoked)?);
        let report = reports.iter().rfind(|report| report.kind == Kind::Invocation).cloned();
        if invoked.function_error().is_some() {
            let failures = reports.iter().filter_map(LogReport::failure).collect::<Vec<_>>();
            bail!("{} failed: {}{}", self.name, said(&invoked), in_brackets(&failures.join("; ")));
        }
        report.with_context(|| format!("no REPORT in the log of {}", self.name))
    }

    async fn configuration(&self) -> Result<GetFunctionConfigurationOutput> {
        self.configuration_of(match &self.way {
            Way::Qualifier(qualifier) => Some(qualifier),
            Way::Latest | Way::Publish => None,
        })
        .await
    }

    async fn configuration_of(
        &self,
        qualifier: Option<&str>,
    ) -> Result<GetFunctionConfigurationOutput> {
        let found = self.client.get_function_configuration().function_name(&self.name);
        let found = found.set_qualifier(qualifier.map(str::to_owned)).send().await;
        found.map_err(|error| describe("GetFunctionConfiguration", &error, &Variables::new()))
    }

    /// Changes the one variable and leaves the others as they are at this moment.
    async fn set_mark(&self, mark: Option<&str>) -> Result<()> {
        let found = self.configuration_of(None).await?;
        let environment = found.environment();
        if let Some(error) = environment.and_then(|environment| environment.error()) {
            bail!(
                "the environment of {} can't be read, so it can't be kept: {}; kms:Decrypt is needed",
                self.name,
                error.error_code().unwrap_or("no reason given"),
            );
        }
        let variables = environment.and_then(|environment| environment.variables());
        let before = variables.cloned().unwrap_or_default();
        let mut variables = before.clone();
        match mark {
            Some(mark) => variables.insert(MARK.to_owned(), mark.to_owned()),
            None => variables.remove(MARK),
        };
        if variables == before {
            return Ok(());
        }
        let updated = self
            .client
            .update_function_configuration()
            .function_name(&self.name)
            .environment(Environment::builder().set_variables(Some(variables)).build())
            // Fails, rather than undoes what somebody else changes at the same time.
            .set_revision_id(found.revision_id().map(str::to_owned))
            .send()
            .await;
        updated.map_err(|error| describe("UpdateFunctionConfiguration", &error, &before))?;
        Ok(())
    }

    /// Waits until the last update is in force, and a version of its own is active.
    async fn wait(&self, version: Option<&str>) -> Result<()> {
        let since = Instant::now();
        loop {
            let found = self.configuration_of(version).await?;
            let is_pending = found.last_update_status() == Some(&LastUpdateStatus::InProgress)
                || found.state() == Some(&State::Pending);
            let has_failed = found.last_update_status() == Some(&LastUpdateStatus::Failed)
                || found.state() == Some(&State::Failed);
            if has_failed {
                let reasons = [found.last_update_status_reason(), found.state_reason()];
                let reasons: Vec<&str> = reasons.into_iter().flatten().collect();
                bail!("Lambda could not update {}: {}", self.name, reasons.join("; "));
            }
            if !is_pending {
                return Ok(());
            }
            ensure!(
                since.elapsed() < UPDATE,
                "Lambda still updates {} after 10 minutes",
                self.name
            );
            tokio::time::sleep(LOOK).await;
        }
    }
}

/// The end of the function's log.
fn log(invoked: &InvokeOutput) -> Result<String> {
    let tail = invoked.log_result().context("Lambda gave no log")?;
    let tail = base64_simd::STANDARD.decode_to_vec(tail).context("the log is no base64")?;
    Ok(String::from_utf8_lossy(&tail).into_owned())
}

/// What a function that failed says, cut to what fits a line.
fn said(invoked: &InvokeOutput) -> String {
    let payload = invoked.payload().map(AsRef::as_ref).unwrap_or_default();
    let error: serde_json::Value = serde_json::from_slice(payload).unwrap_or_default();
    let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
    let said = format!("{}: {}", text("errorType"), text("errorMessage"));
    said.chars().take(500).collect()
}

fn in_brackets(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" ({text})") }
}
