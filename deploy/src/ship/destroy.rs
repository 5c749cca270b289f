//! Removing everything but data.

use aws_sdk_s3::types::{Delete, ObjectIdentifier};

use super::error::aws;
use super::{Cloud, Progress, ShipError};

/// Removes the stack and the uploaded code; buckets with data, and a snapshot of a database, stay.
/// Returns whether there was anything.
///
/// # Errors
/// If the stack has a database and `database_may_go` is not said, or if AWS refuses.
pub async fn destroy(
    cloud: &Cloud,
    name: &str,
    database_may_go: bool,
    progress: Progress<'_>,
) -> Result<bool, ShipError> {
    let stack = cloud.stack(name).await?;
    if stack.is_some() {
        cloud.unprotect(name, database_may_go, progress).await?;
        progress.step(&format!("removing the stack {name}"));
        cloud.remove(name, progress).await?;
    }
    progress.step("removing the uploaded code");
    let removed = cloud.remove_code(name).await?;
    progress.detail(&format!("{removed} objects"));
    Ok(stack.is_some() || removed > 0)
}

impl Cloud {
    async fn remove_code(&self, name: &str) -> Result<usize, ShipError> {
        let bucket = self.code_bucket();
        let mut removed = 0;
        let list = self.objects.list_objects_v2().bucket(&bucket).prefix(format!("{name}/"));
        let mut pages = list.into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = match page {
                Err(error)
                    if error.as_service_error().is_some_and(|error| error.is_no_such_bucket()) =>
                {
                    return Ok(0);
                }
                other => other.map_err(aws(format!("listing s3://{bucket}/{name}/")))?,
            };
            let keys = page
                .contents()
                .iter()
                .filter_map(|object| ObjectIdentifier::builder().key(object.key()?).build().ok());
            let keys: Vec<_> = keys.collect();
            if keys.is_empty() {
                continue;
            }
            removed += keys.len();
            let batch = Delete::builder().set_objects(Some(keys)).build();
            let batch = batch.map_err(|error| ShipError::new(error.to_string()))?;
            let deleted = self.objects.delete_objects().bucket(&bucket).delete(batch).send().await;
            deleted.map_err(aws(format!("removing s3://{bucket}/{name}/")))?;
        }
        Ok(removed)
    }
}
