//! Permissions: those that the code's SDK crates need and nothing grants, and those that are wide.

use super::{Dependencies, Finding, error, warning};
use crate::deployment::{Deployment, Resource, Statement};
use crate::settings::{Action, ArnPattern};

/// SDK crates whose service has another name in policies.
const PREFIXES: [(&str, &str); 11] = [
    ("apigatewaymanagement", "execute-api"),
    ("bedrockagentruntime", "bedrock"),
    ("bedrockruntime", "bedrock"),
    ("cloudwatchlogs", "logs"),
    ("cognitoidentityprovider", "cognito-idp"),
    ("dynamodbstreams", "dynamodb"),
    ("eventbridge", "events"),
    ("location", "geo"),
    ("rdsdata", "rds-data"),
    ("sesv2", "ses"),
    ("sfn", "states"),
];

/// SDK crates that need no permission of their own.
const FREE: [&str; 3] = ["sts", "sso", "ssooidc"];

pub(super) fn check(
    deployment: &Deployment,
    dependencies: &Dependencies,
    findings: &mut Vec<Finding>,
) {
    // What the function needs for its own logs and dead letters is not for the app to use.
    let is_apps = |statement: &Statement| {
        !statement
            .resources
            .iter()
            .any(|one| matches!(one, Resource::LogStreams | Resource::DeadLetters))
    };
    let granted: Vec<String> = deployment
        .statements()
        .into_iter()
        .filter(is_apps)
        .flat_map(|statement| statement.actions)
        .collect();
    for name in dependencies.keys() {
        let Some(service) = name.strip_prefix("aws-sdk-").filter(|service| !FREE.contains(service))
        else {
            continue;
        };
        let prefix =
            PREFIXES.iter().find(|(crate_, _)| *crate_ == service).map_or(service, |(_, own)| own);
        let is_own = |action: &String| {
            action == "*" || action.split_once(':').is_some_and(|(service, _)| service == prefix)
        };
        if !granted.iter().any(is_own) {
            findings.push(error(
                "missing-permission",
                "",
                format!("the app uses {name}, but nothing lets the function call {prefix}"),
                help(service, prefix),
            ));
        }
    }
    wide(deployment, findings);
}

fn help(service: &str, prefix: &str) -> String {
    let table = match service {
        "s3" => "a [[package.metadata.lambdafy.bucket]]",
        "sqs" => "a [[package.metadata.lambdafy.queue]] with send = true",
        "secretsmanager" | "ssm" => "[package.metadata.lambdafy.secrets]",
        _ => "",
    };
    let permission = format!(
        "a [[package.metadata.lambdafy.permission]] with actions = [\"{prefix}:...\"] and resources"
    );
    match table {
        "" => format!("add {permission}"),
        table => format!("add {table}, or {permission}"),
    }
}

fn wide(deployment: &Deployment, findings: &mut Vec<Finding>) {
    for (at, permission) in deployment.settings.permissions.iter().enumerate() {
        let mut actions = permission.actions.iter().map(Action::as_str);
        let mut resources = permission.resources.iter().map(ArnPattern::as_str);
        let action = actions.find(|action| action.contains('*'));
        let resource = resources.find(|resource| *resource == "*");
        for (part, what) in [("actions", action), ("resources", resource)] {
            if let Some(what) = what {
                findings.push(warning(
                    "wide-permission",
                    format!("permission.{at}.{part}"),
                    format!("{what} is more than any one app needs"),
                    "name the actions and the ARNs that the code uses",
                ));
            }
        }
    }
}
