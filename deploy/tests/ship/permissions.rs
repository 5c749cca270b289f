//! The policy that `cargo lambdafy policy` prints is what deploying needs, and no more: moto refuses
//! what it does not allow.

use std::collections::BTreeSet;

use crate::aws::Aws;
use crate::door::Door;
use crate::project::App;
use crate::{app, executables};

#[test]
fn the_printed_policy_is_enough_and_none_of_it_too_much() {
    let door = Door::open(200);
    let app = app("ship-policy", &door, "migrations = { path = \"/migrations\" }");
    let (first, second) = executables(&app);
    let policy = Aws::shared().run(&app, &["policy"]).ok().text().to_owned();
    let file = |name: &str| app.folder().join(name).display().to_string();
    let (allowed, calls) = (file("policy.json"), file("calls"));
    std::fs::write(&allowed, &policy).unwrap();
    let aws = Aws::for_deployer(&allowed, &calls);

    for executable in [&first, &second] {
        aws.run(&app, &["deploy", "--bootstrap", executable]).ok();
    }
    aws.run(&app, &["deploy", "--dry-run", "--bootstrap", &first]).ok();
    aws.run(&app, &["status"]).ok();
    aws.run(&app, &["rollback"]).ok();
    aws.run(&app, &["logs"]).ok();
    aws.run(&app, &["destroy", "--yes"]).ok();

    let calls = std::fs::read_to_string(&calls).unwrap();
    let mut called: BTreeSet<_> = calls.lines().map(str::to_owned).collect();
    // What AWS allows to everybody.
    called.remove("sts:GetCallerIdentity");
    // What CloudFormation reads in the caller's name, and so no call of this program.
    called.insert("s3:GetObject".to_owned());
    // moto takes the call that closes the bucket for another one that makes it.
    called.insert("s3:PutBucketPublicAccessBlock".to_owned());
    assert_eq!(called, own(&policy));
}

/// The actions on stacks, the bucket of code, the log's lines, and those on the function that
/// CloudFormation's resources do not need as well.
fn own(policy: &str) -> BTreeSet<String> {
    let policy: serde_json::Value = serde_json::from_str(policy).unwrap();
    let mut own: BTreeSet<_> = [
        "lambda:GetAlias",
        "lambda:GetFunctionConfiguration",
        "lambda:InvokeFunction",
        "lambda:ListVersionsByFunction",
        "lambda:UpdateAlias",
    ]
    .map(str::to_owned)
    .into();
    for statement in policy["Statement"].as_array().unwrap() {
        let resources = statement["Resource"].to_string();
        let is_own = ["cloudformation", "lambdafy-code", "log-group:/aws/lambda/ship-policy:*"]
            .iter()
            .any(|part| resources.contains(part));
        if is_own {
            let actions = statement["Action"].as_array().unwrap();
            own.extend(actions.iter().map(|action| action.as_str().unwrap().to_owned()));
        }
    }
    own
}

#[test]
fn who_lacks_a_right_is_told_which() {
    let app = App::new("ship-nothing-allowed", "");
    let file = |name: &str| app.folder().join(name).display().to_string();
    let nothing = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":["sts:GetCallerIdentity"],"Resource":"*"}]}"#;
    std::fs::write(file("policy.json"), nothing).unwrap();
    let aws = Aws::for_deployer(&file("policy.json"), &file("calls"));
    let done = aws.run(&app, &["status"]);
    assert_eq!(done.code(), 1);
    let said = done.errors();
    assert!(said.contains("AccessDenied") && said.contains("cargo lambdafy policy"), "{said}");
}
