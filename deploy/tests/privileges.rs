//! Who may do what: the function no more than the declared resources need, nobody but the front
//! door may call it, and whoever deploys has rights on the deployment's own names.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

mod support;

use std::collections::BTreeSet;

use lambdafy_deploy::{Format, cloudformation, policy};
use serde_json::Value;

/// The resources of a type.
fn of_type<'a>(template: &'a Value, kind: &str) -> Vec<&'a Value> {
    let resources = template["Resources"].as_object().unwrap().values();
    resources.filter(|one| one["Type"] == kind).map(|one| &one["Properties"]).collect()
}

/// The actions and resources that the function's own role is allowed.
fn allowed(door: &str, option: &str) -> BTreeSet<(String, String)> {
    let template = cloudformation::json(&support::deployment(door, option).unwrap());
    let role = &template["Resources"]["Role"]["Properties"];
    assert_eq!(role["ManagedPolicyArns"], Value::Null, "AWS's managed policies allow too much");
    let statements = role["Policies"][0]["PolicyDocument"]["Statement"].as_array().unwrap();
    let mut all = BTreeSet::new();
    for statement in statements {
        for action in statement["Action"].as_array().unwrap() {
            for resource in statement["Resource"].as_array().unwrap() {
                let resource = match resource {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                all.insert((action.as_str().unwrap().to_owned(), resource));
            }
        }
    }
    all
}

#[test]
fn a_role_has_the_actions_that_the_declared_resources_need_and_no_other() {
    let plain: BTreeSet<_> =
        allowed("http-api", "").into_iter().map(|(action, _)| action).collect();
    let wanted = |more: &[&str]| {
        let all = plain.iter().map(String::as_str).chain(more.iter().copied());
        all.map(str::to_owned).collect::<BTreeSet<_>>()
    };
    assert_eq!(
        plain,
        BTreeSet::from_iter(
            [
                "logs:CreateLogStream",
                "logs:PutLogEvents",
                "xray:PutTelemetryRecords",
                "xray:PutTraceSegments"
            ]
            .map(str::to_owned)
        )
    );
    let secret = "arn:aws:secretsmanager:eu-west-1:1:secret:x";
    for (option, more) in [
        ("[[bucket]]\nname = \"a\"\naccess = \"read\"", vec!["s3:ListBucket", "s3:GetObject"]),
        (
            "[[bucket]]\nname = \"a\"\naccess = \"write\"",
            vec!["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
        ),
        (
            "[[queue]]\nname = \"a\"",
            vec!["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        ),
        (
            "[[queue]]\nname = \"a\"\nsend = true",
            vec![
                "sqs:ReceiveMessage",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:SendMessage",
            ],
        ),
        ("[[schedule]]\nname = \"a\"\nexpression = \"rate(1 day)\"", vec!["sqs:SendMessage"]),
        (&format!("[secrets]\nAB = \"{secret}\""), vec!["secretsmanager:GetSecretValue"]),
        ("[secrets]\nAB = \"arn:aws:ssm:eu-west-1:1:parameter/x\"", vec!["ssm:GetParameter"]),
    ] {
        let actions: BTreeSet<_> =
            allowed("http-api", option).into_iter().map(|(action, _)| action).collect();
        assert_eq!(actions, wanted(&more), "{option}");
    }
}

/// `*` stands only where the action knows no resource.
#[test]
fn no_role_has_a_wildcard_where_a_resource_can_be_named() {
    let without_resource = |action: &str| action.starts_with("xray:") || action.starts_with("ec2:");
    let mut seen = 0;
    for case in support::cases() {
        let text = std::fs::read_to_string(
            support::tests()
                .join("options")
                .join(format!("{}.toml", case.option.as_deref().unwrap_or("-"))),
        );
        for (action, resource) in allowed(case.door, &text.unwrap_or_default()) {
            seen += 1;
            assert!(!action.contains('*'), "{action}");
            assert!(resource != "*" || without_resource(&action), "{action} on {resource}");
        }
    }
    assert!(seen > 400, "only {seen} permissions");
}

/// One alone is a 403: <https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html>
#[test]
fn a_function_url_has_both_permissions_in_every_format() {
    for option in
        ["", "[cloudfront]\nsigned = true", "provisioned-concurrency = 1\nstreaming = true"]
    {
        let deployment = support::deployment("function-url", option).unwrap();
        let template = cloudformation::json(&deployment);
        let permissions = of_type(&template, "AWS::Lambda::Permission");
        let principal = match option.contains("signed") {
            true => "cloudfront.amazonaws.com",
            false => "*",
        };
        let has = |action: &str, key: &str, value: Value| {
            permissions.iter().any(|one| {
                one["Action"] == action && one[key] == value && one["Principal"] == principal
            })
        };
        let auth = if option.contains("signed") { "AWS_IAM" } else { "NONE" };
        assert!(has("lambda:InvokeFunctionUrl", "FunctionUrlAuthType", auth.into()), "{option}");
        assert!(has("lambda:InvokeFunction", "InvokedViaFunctionUrl", true.into()), "{option}");
        let terraform = Format::Terraform.write(&deployment).unwrap();
        let serverless = Format::Serverless.write(&deployment).unwrap();
        for (text, via) in
            [(terraform, "invoked_via_function_url"), (serverless, "InvokedViaFunctionUrl: true")]
        {
            assert!(text.contains("lambda:InvokeFunctionUrl"), "{option}: {text}");
            assert!(
                text.contains("\"lambda:InvokeFunction\"")
                    || text.contains("Action: lambda:InvokeFunction\n")
            );
            assert!(text.contains(via), "{option}: {text}");
        }
    }
}

/// Everybody else who may call is named by the ARN of what calls.
#[test]
fn whoever_may_invoke_the_function_is_bound_to_a_source() {
    for case in support::cases() {
        let template = cloudformation::json(&case.deployment);
        for permission in of_type(&template, "AWS::Lambda::Permission") {
            let is_public_url = permission["Principal"] == "*"
                && (permission["FunctionUrlAuthType"] == "NONE"
                    || permission["InvokedViaFunctionUrl"] == true);
            assert!(
                is_public_url || permission["SourceArn"] != Value::Null,
                "{} {:?}: {permission}",
                case.door,
                case.option
            );
        }
    }
}

#[test]
fn buckets_are_closed_and_databases_are_not_reached_from_outside() {
    for case in support::cases() {
        let template = cloudformation::json(&case.deployment);
        for bucket in of_type(&template, "AWS::S3::Bucket") {
            let block = bucket["PublicAccessBlockConfiguration"].as_object().unwrap();
            assert!(block.len() == 4 && block.values().all(|value| value == true), "{block:?}");
        }
        for database in of_type(&template, "AWS::RDS::DBInstance") {
            assert_eq!(database["PubliclyAccessible"], false);
            assert_eq!(database["StorageEncrypted"], true);
            assert_eq!(database["MasterUserPassword"], Value::Null);
        }
    }
}

#[test]
fn the_deployers_policy_knows_every_resource_that_any_template_makes() {
    let mut unknown = BTreeSet::new();
    let mut seen = 0;
    for case in support::cases() {
        let template = cloudformation::json(&case.deployment);
        for resource in template["Resources"].as_object().unwrap().values() {
            let kind = resource["Type"].as_str().unwrap();
            seen += 1;
            if !policy::knows(kind) {
                unknown.insert(kind.to_owned());
            }
        }
    }
    assert_eq!(unknown, BTreeSet::new());
    assert!(seen > 500, "only {seen} resources");
}

#[test]
fn the_deployers_policy_is_about_the_deployments_own_names() {
    let deployment = support::deployment("function-url", "").unwrap();
    let policy = policy::document(&deployment);
    for statement in policy["Statement"].as_array().unwrap() {
        for resource in statement["Resource"].as_array().into_iter().flatten() {
            let resource = resource.as_str().unwrap();
            let is_own = resource.contains("orders") || resource.contains("lambdafy-code-");
            let actions = statement["Action"].to_string();
            assert!(is_own || actions == "[\"logs:DescribeLogGroups\"]", "{actions} on {resource}");
        }
        if statement["Action"] == "iam:PassRole" {
            let service = &statement["Condition"]["StringEquals"]["iam:PassedToService"];
            assert_eq!(*service, "lambda.amazonaws.com");
        }
    }
    assert!(!policy.to_string().contains("lambda:InvokeFunction\""), "only migrations invoke");
    let migrations = support::deployment("function-url", "[migrations]\npath = \"/m\"").unwrap();
    assert!(policy::document(&migrations).to_string().contains("lambda:InvokeFunction\""));
}
