//! What CloudFormation does with a stack, until it is done: told while it happens, and with a way
//! out if it fails.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_sdk_cloudformation::types::StackEvent;

use super::stack::status;
use super::waiting::Waiting;
use super::{Cloud, Progress, ShipError};

impl Cloud {
    /// Waits until the stack is done, and tells what happens meanwhile.
    pub(super) async fn follow(
        &self,
        name: &str,
        mut seen: BTreeSet<String>,
        progress: Progress<'_>,
    ) -> Result<(), ShipError> {
        let mut failures = Vec::new();
        let mut waiting = Waiting::new();
        let mut pause = Duration::from_millis(200);
        loop {
            for event in self.new_events(name, &mut seen).await {
                progress.detail(&line(&event));
                failures.extend(failure(&event));
                waiting.add(&event);
            }
            if let Some(text) = waiting.text() {
                progress.detail(&text);
            }
            let Some(stack) = self.stack(name).await? else {
                return Ok(());
            };
            match status(&stack) {
                going if going.ends_with("_IN_PROGRESS") => {}
                "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "DELETE_COMPLETE" => return Ok(()),
                failed => return Err(failed_with(name, failed, &failures)),
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(3));
        }
    }

    pub(super) async fn events_so_far(&self, name: &str) -> BTreeSet<String> {
        let mut seen = BTreeSet::new();
        self.new_events(name, &mut seen).await;
        seen
    }

    /// What has happened since, oldest first; nothing if there is no stack any more.
    async fn new_events(&self, name: &str, seen: &mut BTreeSet<String>) -> Vec<StackEvent> {
        let Ok(output) = self.stacks.describe_stack_events().stack_name(name).send().await else {
            return Vec::new();
        };
        let mut events: Vec<_> = output
            .stack_events()
            .iter()
            .filter(|event| seen.insert(event.event_id().unwrap_or_default().to_owned()))
            .cloned()
            .collect();
        events.reverse();
        events
    }
}

fn line(event: &StackEvent) -> String {
    let status = event.resource_status().map_or("", |status| status.as_str());
    let id = event.logical_resource_id().unwrap_or_default();
    let kind = event.resource_type().unwrap_or_default();
    let reason = event.resource_status_reason().map_or(String::new(), |why| format!(": {why}"));
    format!("{status:<20} {id} ({kind}){reason}")
}

fn failure(event: &StackEvent) -> Option<String> {
    let status = event.resource_status()?.as_str();
    let reason = event.resource_status_reason()?;
    // What was only stopped because of another failure explains nothing.
    let is_cause = status.ends_with("_FAILED") && !reason.contains("cancelled");
    is_cause.then(|| format!("{}: {reason}", event.logical_resource_id().unwrap_or_default()))
}

fn failed_with(name: &str, status: &str, failures: &[String]) -> ShipError {
    let reasons = match failures {
        [] => String::new(),
        some => format!("\n  {}", some.join("\n  ")),
    };
    let means = if status.starts_with("DELETE") {
        "what could not be removed is still there"
    } else {
        "requests still go to the version that was live, if there was one"
    };
    let advice = advice(&reasons);
    ShipError::new(format!("the stack {name} ended as {status}; {means}{reasons}{advice}"))
}

/// What to do about the failures that a first deployment meets.
fn advice(reasons: &str) -> &'static str {
    if reasons.contains("UnreservedConcurrentExecution") {
        return "\nthe account has too few concurrent executions for this reservation, a new one often \
                10: leave reserved-concurrency out, or ask Service Quotas for more";
    }
    if reasons.contains("MemorySize") {
        return "\na new account's functions have 3008 MB at most: set memory-mb to less, or ask AWS's \
                support for more";
    }
    if reasons.contains("already exists") {
        return "\nsomething of this name is there: a bucket stays after `destroy`. Remove it if it is \
                empty (`aws s3 rb`), or take another name";
    }
    if reasons.to_lowercase().contains("deletion protection") {
        return "\na database is protected: `aws rds modify-db-instance --no-deletion-protection \
                --apply-immediately --db-instance-identifier` with its name, then try again";
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_removal_that_failed_says_what_is_left_and_how_to_go_on() {
        let reason =
            "Database: Cannot delete protected DB Instance, please disable deletion protection";
        let error = failed_with("orders", "DELETE_FAILED", &[reason.to_owned()]).to_string();
        assert!(error.contains("still there") && !error.contains("requests"), "{error}");
        assert!(error.contains("--no-deletion-protection"), "{error}");
    }
}
