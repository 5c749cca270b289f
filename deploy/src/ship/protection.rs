//! The deletion protection of a database that was made with the stack.

use aws_sdk_cloudformation::types::StackResourceSummary;

use super::error::aws;
use super::{Cloud, Progress, ShipError};

impl Cloud {
    /// Switches the protection off at RDS itself, since a stack that failed takes no update; refuses
    /// if there is such a database and it may not go.
    pub(super) async fn unprotect(
        &self,
        name: &str,
        may_go: bool,
        progress: Progress<'_>,
    ) -> Result<(), ShipError> {
        let databases = self.databases_of(name).await?;
        if databases.is_empty() {
            return Ok(());
        }
        if !may_go {
            return Err(ShipError::new(format!(
                "the stack {name} has a database: say it again with --with-database if that is to go \
                 too; a snapshot of it stays"
            )));
        }
        progress.step("switching off the database's deletion protection");
        for id in databases {
            let call = self.databases.modify_db_instance().db_instance_identifier(&id);
            match call.deletion_protection(false).send().await {
                // The stack's list may be older than that.
                Err(error)
                    if error
                        .as_service_error()
                        .is_some_and(|error| error.is_db_instance_not_found_fault()) => {}
                other => {
                    other.map_err(aws(format!("switching off the protection of {id}")))?;
                }
            }
        }
        Ok(())
    }

    /// The names of the stack's databases that are there.
    async fn databases_of(&self, name: &str) -> Result<Vec<String>, ShipError> {
        let mut databases = Vec::new();
        let mut pages = self.stacks.list_stack_resources().stack_name(name).into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(aws(format!("listing the resources of {name}")))?;
            databases.extend(page.stack_resource_summaries().iter().filter_map(database));
        }
        Ok(databases)
    }
}

fn database(resource: &StackResourceSummary) -> Option<String> {
    let is_gone =
        resource.resource_status().is_some_and(|status| status.as_str() == "DELETE_COMPLETE");
    let is_database = resource.resource_type() == Some("AWS::RDS::DBInstance") && !is_gone;
    // One that never came to be has no name.
    let id = resource.physical_resource_id().filter(|id| is_database && !id.is_empty())?;
    Some(id.to_owned())
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudformation::primitives::DateTime;
    use aws_sdk_cloudformation::types::ResourceStatus;

    use super::*;

    #[test]
    fn a_database_that_is_there_is_found_whatever_its_status() {
        let found = |kind: &str, id: &str, status: ResourceStatus| {
            let resource = StackResourceSummary::builder()
                .logical_resource_id("Database")
                .resource_type(kind)
                .physical_resource_id(id)
                .resource_status(status)
                .last_updated_timestamp(DateTime::from_secs(0));
            database(&resource.build())
        };
        let instance = "AWS::RDS::DBInstance";
        for status in [
            ResourceStatus::CreateComplete,
            ResourceStatus::UpdateFailed,
            ResourceStatus::DeleteFailed,
            ResourceStatus::RollbackFailed,
        ] {
            assert_eq!(found(instance, "db", status), Some("db".to_owned()));
        }
        assert_eq!(found(instance, "db", ResourceStatus::DeleteComplete), None);
        assert_eq!(found(instance, "", ResourceStatus::CreateFailed), None);
        assert_eq!(found("AWS::RDS::DBProxy", "p", ResourceStatus::CreateComplete), None);
    }
}
