//! The IAM policy that whoever deploys needs: what [`ship`](crate::ship) calls itself, and what
//! CloudFormation does in the caller's name for the resources of this deployment, on names that
//! begin with the deployment's.
//!
//! ```
//! use lambdafy_deploy::settings::{Name, Settings};
//! use lambdafy_deploy::{Deployment, policy};
//!
//! let name = Name::try_from("orders".to_owned())?;
//! let policy = policy::document(&Deployment::new(name, Settings::default()));
//! assert!(policy.to_string().contains("lambda:UpdateAlias"));
//! assert!(!policy.to_string().contains("apigateway:POST"), "a function URL needs none");
//! # Ok::<(), String>(())
//! ```

mod resources;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::cloudformation;
use crate::deployment::Deployment;
use crate::settings::Migrations;

/// The policy as JSON, as IAM takes it; the same every time.
#[must_use]
pub fn document(deployment: &Deployment) -> Value {
    let mut granted = Granted::default();
    own(deployment, &mut granted);
    let template = cloudformation::json(deployment);
    for resource in template["Resources"].as_object().into_iter().flat_map(|all| all.values()) {
        let kind = resource["Type"].as_str().unwrap_or_default();
        for (scope, actions) in resources::of(kind) {
            granted.add(&scope.replace("{name}", deployment.name.as_str()), actions);
        }
    }
    if deployment.settings.vpc.is_some() {
        granted.add("*", resources::NETWORK);
    }
    let statements = granted.statements(&roles(&template, deployment.name.as_str()));
    json!({ "Version": "2012-10-17", "Statement": statements })
}

/// The types of resources that a policy can be written for.
#[must_use]
pub fn knows(kind: &str) -> bool {
    !resources::of(kind).is_empty()
}

/// What `ship` calls with its own hands.
fn own(deployment: &Deployment, granted: &mut Granted) {
    let name = deployment.name.as_str();
    granted.add(
        &format!("arn:*:cloudformation:*:*:stack/{name}/*"),
        &[
            "cloudformation:CreateStack",
            "cloudformation:DeleteStack",
            "cloudformation:DescribeStackEvents",
            "cloudformation:DescribeStacks",
            "cloudformation:GetTemplate",
            "cloudformation:ListStackResources",
            "cloudformation:UpdateStack",
        ],
    );
    granted.add(
        "arn:*:s3:::lambdafy-code-*",
        &["s3:CreateBucket", "s3:ListBucket", "s3:PutBucketPublicAccessBlock"],
    );
    granted.add(
        &format!("arn:*:s3:::lambdafy-code-*/{name}/*"),
        &["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
    );
    let mut calls = vec![
        "lambda:GetAlias",
        "lambda:GetFunctionConfiguration",
        "lambda:ListVersionsByFunction",
        "lambda:UpdateAlias",
    ];
    if matches!(deployment.settings.migrations, Some(Migrations::Path(_))) {
        calls.push("lambda:InvokeFunction");
    }
    let function = format!("arn:*:lambda:*:*:function:{name}");
    granted.add(&function, &calls);
    granted.add(&format!("{function}:*"), &calls);
    granted
        .add(&format!("arn:*:logs:*:*:log-group:/aws/lambda/{name}:*"), &["logs:FilterLogEvents"]);
}

/// The services that take the roles of the template.
fn roles(template: &Value, name: &str) -> Vec<Value> {
    let all = template["Resources"].as_object().into_iter().flatten();
    let roles = all.filter(|(_, resource)| resource["Type"] == "AWS::IAM::Role");
    roles
        .map(|(id, role)| {
            let trust = &role["Properties"]["AssumeRolePolicyDocument"]["Statement"][0];
            json!({
                "Effect": "Allow",
                "Action": "iam:PassRole",
                "Resource": format!("arn:*:iam::*:role/{name}-{id}-*"),
                "Condition": {
                    "StringEquals": { "iam:PassedToService": trust["Principal"]["Service"] },
                },
            })
        })
        .collect()
}

/// Actions by what they are allowed on.
#[derive(Default)]
struct Granted(BTreeMap<String, BTreeSet<String>>);

impl Granted {
    fn add(&mut self, scope: &str, actions: &[&str]) {
        let granted = self.0.entry(scope.to_owned()).or_default();
        granted.extend(actions.iter().map(|action| (*action).to_owned()));
    }

    /// Statements, those of the same actions as one.
    fn statements(self, more: &[Value]) -> Vec<Value> {
        let mut by_actions: BTreeMap<BTreeSet<String>, Vec<String>> = BTreeMap::new();
        for (scope, actions) in self.0 {
            by_actions.entry(actions).or_default().push(scope);
        }
        let statement = |(actions, scopes): (BTreeSet<String>, Vec<String>)| json!({ "Effect": "Allow", "Action": actions, "Resource": scopes });
        by_actions.into_iter().map(statement).chain(more.iter().cloned()).collect()
    }
}
