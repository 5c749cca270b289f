//! The function's role and its log group.

use super::{Map, Node, attribute, resource, substitute};
use crate::deployment::{Deployment, Resource, Statement};
use crate::tree::texts;

pub(super) fn resources(deployment: &Deployment) -> Map {
    let logs = Map::new()
        .put("LogGroupName", format!("/aws/lambda/{}", deployment.name))
        .put("RetentionInDays", deployment.settings.log_retention_days.get());
    let policy = Map::new().put("PolicyName", "function").put(
        "PolicyDocument",
        document(deployment.statements().iter().map(|one| statement(deployment, one)).collect()),
    );
    let role = Map::new()
        .put("AssumeRolePolicyDocument", trust("lambda.amazonaws.com"))
        .put("Policies", vec![policy]);
    Map::new()
        .note("Made here, since Lambda's own would keep logs forever.")
        .put("LogGroup", resource("AWS::Logs::LogGroup", logs))
        .note("Only what the declared resources need; AWS's managed policies allow all log groups.")
        .put("Role", resource("AWS::IAM::Role", role))
}

/// A policy document.
pub(super) fn document(statements: Vec<Map>) -> Map {
    Map::new().put("Version", "2012-10-17").put("Statement", statements)
}

/// Who may take a role.
pub(super) fn trust(service: &str) -> Map {
    document(vec![
        Map::new()
            .put("Effect", "Allow")
            .put("Principal", Map::new().put("Service", service))
            .put("Action", "sts:AssumeRole"),
    ])
}

fn statement(deployment: &Deployment, statement: &Statement) -> Map {
    let resources: Vec<_> = statement.resources.iter().map(|one| arn(deployment, one)).collect();
    let map = Map::new();
    let map = match statement.comment {
        Some(comment) => map.note(comment),
        None => map,
    };
    map.put("Effect", "Allow").put("Action", texts(&statement.actions)).put("Resource", resources)
}

fn arn(deployment: &Deployment, resource: &Resource) -> Node {
    let bucket = |name| format!("arn:${{AWS::Partition}}:s3:::{}", deployment.bucket_name(name));
    match resource {
        Resource::Any => "*".into(),
        Resource::LogStreams => attribute("LogGroup", "Arn"),
        Resource::Bucket(name) => substitute(bucket(name)),
        Resource::BucketObjects(name) => substitute(bucket(name) + "/*"),
        Resource::Queue(name) => attribute(format!("Queue{}", name.camel()), "Arn"),
        Resource::DeadLetters => attribute("DeadLetters", "Arn"),
        Resource::DatabaseSecret => attribute("Database", "MasterUserSecret.SecretArn"),
        Resource::Arn(arn) => arn.into(),
    }
}
