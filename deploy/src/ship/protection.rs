//! The deletion protection of a database that was made with the stack.

use aws_sdk_cloudformation::types::{Parameter, Stack};
use serde_json::Value;

use super::stack::{Update, status};
use super::{Cloud, Progress, ShipError};

impl Cloud {
    /// Switches the protection off, by an update of the stack that changes nothing else; refuses if
    /// there is such a database and it may not go.
    pub(super) async fn unprotect(
        &self,
        name: &str,
        stack: &Stack,
        may_go: bool,
        progress: Progress<'_>,
    ) -> Result<(), ShipError> {
        // Any other stack can't be updated, only removed.
        if !matches!(
            status(stack),
            "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "UPDATE_ROLLBACK_COMPLETE"
        ) {
            return Ok(());
        }
        let mut template = self.template(name).await?;
        if !switch_off(&mut template) {
            return Ok(());
        }
        if !may_go {
            return Err(ShipError::new(format!(
                "the stack {name} has a database: say it again with --with-database if that is to go \
                 too; a snapshot of it stays"
            )));
        }
        progress.step("switching off the database's deletion protection");
        let as_before = |parameter: &Parameter| {
            Parameter::builder()
                .set_parameter_key(parameter.parameter_key().map(str::to_owned))
                .use_previous_value(true)
                .build()
        };
        let parameters = stack.parameters().iter().map(as_before).collect();
        self.apply(Update { name, template: template.to_string(), parameters }, progress).await?;
        Ok(())
    }
}

/// Whether there was a database to switch it off for.
fn switch_off(template: &mut Value) -> bool {
    let resources = template.get_mut("Resources").and_then(Value::as_object_mut);
    let mut found = false;
    for resource in resources.into_iter().flat_map(serde_json::Map::values_mut) {
        if resource.get("Type").is_none_or(|kind| kind != "AWS::RDS::DBInstance") {
            continue;
        }
        if let Some(protection) = resource.pointer_mut("/Properties/DeletionProtection") {
            *protection = Value::Bool(false);
            found = true;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_database_loses_its_protection() {
        let of = |kind: &str| json!({"Resources": {"A": {"Type": kind, "Properties": {"DeletionProtection": true}}}});
        let mut template = of("AWS::RDS::DBInstance");
        assert!(switch_off(&mut template));
        assert_eq!(template["Resources"]["A"]["Properties"]["DeletionProtection"], false);
        let mut other = of("AWS::DynamoDB::Table");
        assert!(!switch_off(&mut other));
        assert_eq!(other, of("AWS::DynamoDB::Table"));
        assert!(!switch_off(&mut json!({})));
    }
}
