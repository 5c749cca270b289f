//! Texts that carry their rules in their type.

use std::borrow::Borrow;
use std::fmt;

use serde::Deserialize;

/// A name of something at AWS: lower-case letters, digits and hyphens, beginning with a letter, at
/// most 40 characters, which leaves room for what is added to it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(try_from = "String")]
pub struct Name(String);

/// The name of an environment variable that Lambda takes and does not use itself.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(try_from = "String")]
pub struct VariableName(String);

/// The value of an environment variable, which is not for logs: `Debug` leaves it out.
#[derive(Clone, Deserialize, PartialEq, Eq)]
#[serde(transparent)]
pub struct VariableText(String);

/// An ARN: `arn:partition:service:region:account:resource`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "String")]
pub struct Arn(String);

/// A path that begins with a slash and does not end with one, or the slash alone.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "String")]
pub struct UrlPath(String);

impl TryFrom<String> for Name {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let is_inner = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        let good = text.len() <= 40
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && !text.ends_with('-')
            && !text.contains("--")
            && text.bytes().all(is_inner);
        if good {
            return Ok(Self(text));
        }
        Err(format!(
            "expected lower-case letters, digits and single hyphens, at most 40, beginning with a \
             letter, got {text:?}"
        ))
    }
}

impl Name {
    /// The name as CloudFormation's logical ids are written: `daily-report` becomes `DailyReport`.
    pub(crate) fn camel(&self) -> String {
        let capital = |part: &str| {
            let (first, rest) = part.split_at(1);
            first.to_ascii_uppercase() + rest
        };
        self.0.split('-').filter(|part| !part.is_empty()).map(capital).collect()
    }

    /// The name as environment variables and Terraform's names are written: with underscores.
    pub(crate) fn snake(&self) -> String {
        self.0.replace('-', "_")
    }
}

/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>
const RESERVED: [&str; 4] =
    ["_HANDLER", "_X_AMZN_TRACE_ID", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR"];

impl TryFrom<String> for VariableName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let good = text.len() >= 2
            && text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_');
        if !good {
            return Err(format!(
                "expected letters, digits and underscores, at least two, beginning with a letter, \
                 got {text:?}"
            ));
        }
        if text.starts_with("AWS_") || RESERVED.contains(&text.as_str()) {
            return Err(format!("{text} is set by Lambda itself: choose another name"));
        }
        Ok(Self(text))
    }
}

impl From<String> for VariableText {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl VariableText {
    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for VariableText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("...")
    }
}

impl TryFrom<String> for Arn {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let good = text.starts_with("arn:")
            && text.splitn(6, ':').count() == 6
            && text
                .bytes()
                .all(|c| c.is_ascii_graphic() && !matches!(c, b'"' | b'\'' | b'\\' | b'$'));
        if good {
            return Ok(Self(text));
        }
        Err("expected an ARN: arn:partition:service:region:account:resource".to_owned())
    }
}

impl Arn {
    /// The service: `secretsmanager`, `ssm`, `sqs` ...
    #[must_use]
    pub fn service(&self) -> &str {
        self.part(2)
    }

    /// The region; empty for global services.
    #[must_use]
    pub fn region(&self) -> &str {
        self.part(3)
    }

    fn part(&self, at: usize) -> &str {
        self.0.split(':').nth(at).unwrap_or_default()
    }
}

impl TryFrom<String> for UrlPath {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let is_path = |c: u8| c.is_ascii_alphanumeric() || b"/-._~!$&'()*+;=:@%?".contains(&c);
        let good = text.starts_with('/')
            && (text.len() == 1 || !text.ends_with('/'))
            && text.bytes().all(is_path);
        if good {
            return Ok(Self(text));
        }
        Err(format!(
            "expected a path that begins with a slash and does not end with one, without spaces \
             and commas, got {text:?}"
        ))
    }
}

impl UrlPath {
    pub(crate) fn root() -> Self {
        Self("/".to_owned())
    }
}

macro_rules! text {
    ($($type:ident),*) => {$(
        impl $type {
            /// The text itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Borrow<str> for $type {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    )*};
}

text!(Name, VariableName, Arn, UrlPath);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_aws_refuses_are_refused_here() {
        for good in ["orders", "a", "daily-report-2"] {
            assert_eq!(Name::try_from(good.to_owned()).unwrap().as_str(), good);
        }
        for bad in ["", "Orders", "2nd", "a_b", "a-", "a--b", "a/b", &"x".repeat(41)] {
            assert!(Name::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }

    #[test]
    fn variables_of_lambda_itself_are_refused() {
        assert!(VariableName::try_from("RUST_LOG".to_owned()).is_ok());
        for bad in ["AWS_REGION", "_HANDLER", "1A", "A B", "A", "A=B"] {
            assert!(VariableName::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }

    #[test]
    fn arns_cannot_hold_quotes_or_substitutions() {
        assert_eq!(
            Arn::try_from("arn:aws:sqs:eu-west-1:1:jobs".to_owned()).unwrap().service(),
            "sqs"
        );
        for bad in [
            "jobs",
            "arn:aws:sqs",
            "arn:aws:sqs:x:1:a b",
            "arn:aws:sqs:x:1:${a}",
            "arn:a:b:c:d:\"e",
        ] {
            assert!(Arn::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
