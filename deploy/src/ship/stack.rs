//! The CloudFormation stack.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_sdk_cloudformation::types::{Capability, Parameter, Stack};

use super::code::address;
use super::error::aws;
use super::{Cloud, Progress, ShipError};
use crate::deployment::Deployment;

/// CloudFormation's limit for a template that is sent with the call itself.
const MOST_BYTES_IN_CALL: usize = 51_200;

/// What is sent to CloudFormation.
pub(super) struct Update<'a> {
    pub(super) name: &'a str,
    pub(super) template: String,
    pub(super) parameters: Vec<Parameter>,
}

impl Cloud {
    /// The stack, if it is there.
    pub(super) async fn stack(&self, name: &str) -> Result<Option<Stack>, ShipError> {
        let described = self.stacks.describe_stacks().stack_name(name).send().await;
        match described.map_err(aws(format!("looking at the stack {name}"))) {
            Ok(output) => {
                let gone = |stack: &&Stack| status(stack) != "DELETE_COMPLETE";
                Ok(output.stacks().iter().find(gone).cloned())
            }
            // CloudFormation's way of saying that there is none.
            Err(error) if error.code() == Some("ValidationError") => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The template of the stack that is there.
    pub(super) async fn template(&self, name: &str) -> Result<serde_json::Value, ShipError> {
        let output = self.stacks.get_template().stack_name(name).send().await;
        let output = output.map_err(aws(format!("reading the template of {name}")))?;
        serde_json::from_str(output.template_body().unwrap_or_default())
            .map_err(|error| ShipError::new(format!("the stack {name} is none of ours: {error}")))
    }

    /// Clears away what is left of a first attempt that failed. Returns whether there is a stack to
    /// update.
    pub(super) async fn make_ready(
        &self,
        name: &str,
        progress: Progress<'_>,
    ) -> Result<bool, ShipError> {
        let Some(stack) = self.stack(name).await? else {
            return Ok(false);
        };
        let status = status(&stack);
        match way(status) {
            Way::Update => Ok(true),
            Way::Clear => {
                progress.detail("removing what was left of a first attempt that failed");
                // It never was live, so nobody has put anything into its database.
                self.unprotect(name, true, progress).await?;
                self.remove(name, progress).await?;
                Ok(false)
            }
            Way::Blocked(first) => {
                Err(ShipError::new(format!("the stack {name} is {status}: {first}")))
            }
        }
    }

    /// Updates the stack if it `exists`, makes it otherwise, and waits.
    pub(super) async fn apply(
        &self,
        update: Update<'_>,
        exists: bool,
        progress: Progress<'_>,
    ) -> Result<(), ShipError> {
        let seen = self.events_so_far(update.name).await;
        let started = if exists { self.change(&update).await } else { self.create(&update).await };
        match started {
            Err(error) if error.to_string().contains("No updates are to be performed") => {
                progress.detail("nothing has changed");
                return Ok(());
            }
            other => other?,
        }
        self.follow(update.name, seen, progress).await
    }

    async fn create(&self, update: &Update<'_>) -> Result<(), ShipError> {
        let (body, url) = self.sent(update).await?;
        let call = self.stacks.create_stack().stack_name(update.name).set_template_body(body);
        let call = call.set_template_url(url).set_parameters(Some(update.parameters.clone()));
        let call = call.client_request_token(token());
        let made = call.capabilities(Capability::CapabilityIam).send().await;
        made.map_err(aws(format!("making the stack {}", update.name)))?;
        Ok(())
    }

    async fn change(&self, update: &Update<'_>) -> Result<(), ShipError> {
        let (body, url) = self.sent(update).await?;
        let call = self.stacks.update_stack().stack_name(update.name).set_template_body(body);
        let call = call.set_template_url(url).set_parameters(Some(update.parameters.clone()));
        let call = call.client_request_token(token());
        let updated = call.capabilities(Capability::CapabilityIam).send().await;
        updated.map_err(aws(format!("updating the stack {}", update.name)))?;
        Ok(())
    }

    /// The template's text, or the address that it was uploaded to because of its size.
    async fn sent(
        &self,
        update: &Update<'_>,
    ) -> Result<(Option<String>, Option<String>), ShipError> {
        if update.template.len() <= MOST_BYTES_IN_CALL {
            return Ok((Some(update.template.clone()), None));
        }
        let (bucket, key) = (self.code_bucket(), format!("{}/template.json", update.name));
        self.put(&bucket, &key, update.template.clone().into_bytes()).await?;
        Ok((None, Some(address(&self.region, &bucket, &key).await?)))
    }

    /// Removes the stack and waits.
    pub(super) async fn remove(&self, name: &str, progress: Progress<'_>) -> Result<(), ShipError> {
        let seen = self.events_so_far(name).await;
        let deleted = self.stacks.delete_stack().stack_name(name).send().await;
        deleted.map_err(aws(format!("removing the stack {name}")))?;
        self.follow(name, seen, progress).await
    }
}

/// The template and its parameters.
pub(super) fn update<'a>(
    deployment: &'a Deployment,
    parameters: [(&str, String); 3],
) -> Update<'a> {
    let template = crate::cloudformation::json(deployment).to_string();
    let parameter = |(key, value): (&str, String)| {
        Parameter::builder().parameter_key(key).parameter_value(value).build()
    };
    let parameters = parameters.map(parameter).to_vec();
    Update { name: deployment.name.as_str(), template, parameters }
}

/// What can be done with a stack.
#[derive(Debug, PartialEq, Eq)]
enum Way {
    Update,
    /// It never came to life and can only be removed.
    Clear,
    /// Somebody has to do this first.
    Blocked(&'static str),
}

/// By its status.
fn way(status: &str) -> Way {
    match status {
        "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "CREATE_FAILED" => Way::Clear,
        "DELETE_FAILED" => Way::Blocked(
            "it is half removed: `cargo lambdafy destroy --yes` goes on with that, then deploy anew",
        ),
        "UPDATE_ROLLBACK_FAILED" => Way::Blocked(
            "an update failed and so did the way back: see why in the stack's events, then \
             `aws cloudformation continue-update-rollback --stack-name` with its name",
        ),
        "REVIEW_IN_PROGRESS" => Way::Blocked(
            "there is only a change set that nobody has executed: `cargo lambdafy destroy --yes` removes \
             it, then deploy anew",
        ),
        going if going.ends_with("_IN_PROGRESS") => {
            Way::Blocked("something else is changing it: try again when that is done")
        }
        _ => Way::Update,
    }
}

/// A value among the stack's outputs.
pub(super) fn output<'a>(stack: &'a Stack, key: &str) -> Option<&'a str> {
    let found = stack.outputs().iter().find(|output| output.output_key() == Some(key));
    found.and_then(|output| output.output_value())
}

pub(super) fn status(stack: &Stack) -> &str {
    stack.stack_status().map_or("", |status| status.as_str())
}

/// By which CloudFormation knows the SDK's second try of one call from another call.
fn token() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("lambdafy-{}", now.as_nanos())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_came_to_life_is_cleared_away_and_what_was_live_is_not() {
        for status in ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"] {
            assert_eq!(way(status), Way::Clear, "{status}");
        }
        for status in ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"] {
            assert_eq!(way(status), Way::Update, "{status}");
        }
        for status in ["DELETE_FAILED", "UPDATE_ROLLBACK_FAILED", "UPDATE_IN_PROGRESS"] {
            assert!(matches!(way(status), Way::Blocked(_)), "{status}");
        }
        // It never ends by itself, so there is nothing to wait for.
        let Way::Blocked(first) = way("REVIEW_IN_PROGRESS") else {
            panic!("an update of a stack without resources");
        };
        assert!(first.contains("destroy --yes") && !first.contains("try again"), "{first}");
    }
}
