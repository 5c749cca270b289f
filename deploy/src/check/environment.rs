//! Environment variables: their size, and secrets among them. No value is ever repeated.

use super::{Finding, error};
use crate::deployment::{Deployment, VariableValue};
use crate::settings::Migrations;

/// Lambda's limit for names and values together.
const MOST_BYTES: usize = 4096;

pub(super) fn check(deployment: &Deployment, findings: &mut Vec<Finding>) {
    for (name, value) in &deployment.settings.environment {
        if let Some(why) = suspicion(name.as_str(), value.as_str()) {
            findings.push(error(
                "plain-secret",
                format!("environment.{name}"),
                format!(
                    "{name} {why}; whoever may look at the function, the stack or this file reads it"
                ),
                format!(
                    "put it into Secrets Manager, and its ARN under [package.metadata.lambdafy.secrets]; \
                     or --allow plain-secret if {name} is none"
                ),
            ));
        }
    }
    if let Some(Migrations::Command(words)) = &deployment.settings.migrations
        && words.iter().any(|word| has_password(word))
    {
        findings.push(error(
            "plain-secret",
            "migrations.command",
            "the command holds a URL with a password; whoever may look at this file reads it"
                .to_owned(),
            "let the program find it in its environment, such as DATABASE_URL",
        ));
    }
    let size: usize =
        deployment.environment().iter().map(|one| one.name.len() + length(&one.value)).sum();
    if size > MOST_BYTES {
        findings.push(error(
            "environment-size",
            "environment",
            format!("the variables take about {size} bytes, Lambda takes {MOST_BYTES}"),
            "keep large values in a file, a parameter or a bucket",
        ));
    }
}

/// About as long as it will be.
fn length(value: &VariableValue) -> usize {
    match value {
        VariableValue::Text(text) => text.len(),
        _ => 80,
    }
}

/// Why a variable looks like a secret.
fn suspicion(name: &str, value: &str) -> Option<&'static str> {
    if value.is_empty() {
        return None;
    }
    if value.contains("{{resolve:") {
        return Some("is resolved by CloudFormation into a plain value");
    }
    if value.contains("-----BEGIN ") {
        return Some("holds a key or a certificate");
    }
    if has_password(value) {
        return Some("holds a URL with a password");
    }
    if STARTS.iter().any(|(start, length)| value.starts_with(start) && value.len() >= *length) {
        return Some("holds what looks like a token");
    }
    // A name that ends so says where the secret is, not what it is.
    let name = name.to_ascii_uppercase();
    let is_reference =
        ["_ARN", "_NAME", "_URL", "_FILE", "_PATH", "_ID", "_TTL", "_ENABLED", "_SECONDS"]
            .iter()
            .any(|end| name.ends_with(end));
    let is_secret = WORDS.iter().any(|word| name.contains(word));
    (is_secret && !is_reference && !is_trivial(value)).then_some("has the name of a secret")
}

const WORDS: [&str; 10] = [
    "SECRET",
    "PASSWORD",
    "PASSWD",
    "TOKEN",
    "APIKEY",
    "API_KEY",
    "PRIVATE_KEY",
    "CREDENTIAL",
    "ACCESS_KEY",
    "SIGNING_KEY",
];

/// How tokens of well-known services begin, and how long they are at least.
const STARTS: [(&str, usize); 10] = [
    ("AKIA", 20),
    ("ASIA", 20),
    ("ghp_", 20),
    ("github_pat_", 20),
    ("glpat-", 20),
    ("xoxb-", 20),
    ("xoxp-", 20),
    ("sk_live_", 20),
    ("sk-", 30),
    ("eyJhbGciOi", 30),
];

/// A switch or a number keeps no secret.
fn is_trivial(value: &str) -> bool {
    matches!(value, "true" | "false" | "yes" | "no" | "on" | "off")
        || value.len() <= 6 && value.bytes().all(|c| c.is_ascii_digit())
}

/// `scheme://user:password@host`
fn has_password(value: &str) -> bool {
    let Some((_, rest)) = value.split_once("://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority
        .rsplit_once('@')
        .and_then(|(user, _)| user.split_once(':'))
        .is_some_and(|(_, password)| !password.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_found_by_name_and_by_value() {
        for (name, value) in [
            ("DB_PASSWORD", "hunter2"),
            ("STRIPE", "sk_live_0123456789abcdef"),
            ("DATABASE_URL", "postgres://app:hunter2@db/app"),
            ("KEY", "-----BEGIN PRIVATE KEY-----\nMIIE"),
            ("X", "AKIAIOSFODNN7EXAMPLE"),
            ("SESSION_TOKEN", "abcdefgh"),
            ("DB", "{{resolve:secretsmanager:db:SecretString:password}}"),
        ] {
            assert!(suspicion(name, value).is_some(), "{name}");
        }
    }

    #[test]
    fn what_is_no_secret_is_left_alone() {
        for (name, value) in [
            ("RUST_LOG", "info"),
            ("DATABASE_URL", "postgres://app@db:5432/app"),
            ("SITE", "https://example.com/@user:x"),
            ("API_TOKEN_ARN", "arn:aws:secretsmanager:eu-west-1:1:secret:a"),
            ("TOKEN_TTL_SECONDS", "3600"),
            ("TOKENS_ENABLED", "true"),
            ("DB_PASSWORD", ""),
            ("MAX_TOKENS", "4096"),
        ] {
            assert_eq!(suspicion(name, value), None, "{name}");
        }
    }
}
