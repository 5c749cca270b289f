//! What stands in settings stays text in every format: it adds no resource, no key, no reference.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

mod support;

use lambdafy_deploy::{Format, cloudformation};
use serde_json::Value;

/// Texts that would mean something in YAML, HCL, JSON, or the formats that are made of them.
const NASTY: [&str; 10] = [
    "a\": b\n  Evil: yes",
    "a'\n- b",
    "x # y: z",
    "!Ref Role",
    "${AWS::AccountId}",
    "%{ for a in [1] }x%{ endfor }",
    "\"\n}\nresource \"null_resource\" \"evil\" {",
    "<<EOT\nevil\nEOT",
    "\\\" \\n \\u0041",
    "{\"Fn::Sub\": \"${Role.Arn}\"}",
];

/// Every setting that takes any text.
fn option(text: &str) -> String {
    let arn = toml_text(&format!("arn:aws:s3:::{text}"));
    let text = toml_text(text);
    format!(
        "reserved-concurrency = 10\n\
         [environment]\nPLAIN = {text}\n\
         [vpc]\nsubnets = [{text}]\nsecurity-groups = [{text}]\n\
         [database]\nengine = \"mysql\"\nhost = {text}\nname = {text}\n\
         [[bucket]]\nname = \"files\"\nevents = [\"created\"]\nprefix = {text}\nsuffix = {text}\n\
         [domain]\nname = {text}\ncertificate = \"arn:aws:acm:eu-west-1:1:certificate/1\"\n\
         hosted-zone = {text}\n\
         [alarms]\nemail = {text}\n\
         [[permission]]\nactions = [\"s3:Get*\"]\nresources = [{arn}]\n"
    )
}

/// The text in TOML, whose strings are escaped as JSON's.
fn toml_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[test]
fn a_text_adds_nothing_to_the_tree_that_cloudformation_gets() {
    for door in ["rest-api", "http-api"] {
        let of =
            |text: &str| cloudformation::json(&support::deployment(door, &option(text)).unwrap());
        let harmless = of("harmless");
        for nasty in NASTY {
            let found = of(nasty);
            assert_eq!(shape(&found), shape(&harmless), "{nasty:?}");
            let variables =
                &found["Resources"]["Function"]["Properties"]["Environment"]["Variables"];
            assert_eq!(variables["PLAIN"], nasty);
        }
    }
}

/// Versions and deployments are named by what they are of.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| {
                let digest = ["Version", "RestApiDeployment"].iter().find(|start| {
                    key.strip_prefix(**start).is_some_and(|rest| {
                        rest.len() == 10 && rest.bytes().all(|c| c.is_ascii_hexdigit())
                    })
                });
                (digest.map_or(key.clone(), |start| (*start).to_owned()), shape(value))
            })
            .collect(),
        Value::Array(items) => items.iter().map(shape).collect(),
        _ => Value::Null,
    }
}

/// The lines that begin a block of Terraform, or a key at the left margin of YAML: the same ones
/// whatever the text.
#[test]
fn a_text_begins_no_block_and_no_key() {
    let outer = |format: Format, text: &str| {
        let deployment = support::deployment("http-api", &option(text)).unwrap();
        let written = format.write(&deployment).unwrap();
        let is_outer = |line: &&str| line.starts_with(|c: char| c.is_ascii_alphabetic());
        written.lines().filter(is_outer).map(str::to_owned).collect::<Vec<_>>()
    };
    for format in [Format::Sam, Format::CloudFormation, Format::Terraform, Format::Serverless] {
        let harmless = outer(format, "harmless");
        for nasty in NASTY {
            assert_eq!(outer(format, nasty), harmless, "{format:?} {nasty:?}");
        }
    }
}

/// Its digest is all that CloudFormation's YAML has more: the rest is read by cfn-lint and compared
/// in `validators.rs`.
#[test]
fn names_in_an_openapi_file_stay_text() {
    for nasty in NASTY {
        let document = serde_json::json!({
            "openapi": "3.0.1",
            "info": { "title": nasty, "version": nasty },
            "paths": { "/pets": { "get": { "summary": nasty, "responses": {} } } },
        });
        let deployment = support::deployment("rest-api", "").unwrap();
        let deployment = deployment.with_openapi(&document.to_string()).unwrap();
        let json = cloudformation::json(&deployment);
        let body = &json["Resources"]["RestApi"]["Properties"]["Body"];
        assert_eq!(body["info"]["title"], nasty);
        assert_eq!(body["paths"]["/pets"]["get"]["summary"], nasty);
    }
}
