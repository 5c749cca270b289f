//! What the function may do beyond what follows from the other tables.

use std::fmt;

use serde::Deserialize;

/// Actions that the function's role is allowed.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Permission {
    /// Such as `dynamodb:GetItem`.
    pub actions: Vec<Action>,
    /// ARNs; `*` is allowed, and said to be too much by `check`.
    pub resources: Vec<ArnPattern>,
}

/// An action of IAM: `service:Action`, in which `*` and `?` stand for other characters, or `*`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "String")]
pub struct Action(String);

/// An ARN in which `*` and `?` may stand for other characters, or `*`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "String")]
pub struct ArnPattern(String);

impl TryFrom<String> for Action {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let is_service =
            |service: &str| service.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-');
        let is_name = |name: &str| {
            name.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'*' | b'?'))
        };
        let good = text.split_once(':').is_some_and(|(service, name)| {
            !service.is_empty() && !name.is_empty() && is_service(service) && is_name(name)
        });
        if good || text == "*" {
            return Ok(Self(text));
        }
        Err(format!("expected service:Action, such as dynamodb:GetItem, got {text:?}"))
    }
}

impl TryFrom<String> for ArnPattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let parts: Vec<_> = text.splitn(6, ':').collect();
        let is_arn = match parts.as_slice() {
            ["arn", partition, service, _, _, resource] => {
                ![partition, service, resource].iter().any(|part| part.is_empty())
            }
            _ => false,
        };
        if is_arn || text == "*" {
            return Ok(Self(text));
        }
        Err(format!(
            "expected an ARN, arn:partition:service:region:account:resource, or *, got {text:?}"
        ))
    }
}

impl Action {
    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ArnPattern {
    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for ArnPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_iam_takes_as_an_action_is_taken_and_nothing_else() {
        for good in ["dynamodb:GetItem", "s3:Get*", "execute-api:*", "s3:?etObject", "*"] {
            assert!(Action::try_from(good.to_owned()).is_ok(), "{good}");
        }
        for bad in ["", "GetItem", "s3:", ":GetObject", "s*:GetObject", "s3:Get Object", "a:b:c"] {
            assert!(Action::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_iam_takes_as_a_resource_is_taken_and_nothing_else() {
        for good in ["arn:aws:s3:::files/*", "arn:aws-cn:sqs:*:*:jobs", "arn:aws:a:b:c:d:e f", "*"]
        {
            assert!(ArnPattern::try_from(good.to_owned()).is_ok(), "{good}");
        }
        for bad in ["", "orders", "arn:aws:s3", "arn:aws:s3:::", "arn::s3:::x", "urn:aws:s3:::x"] {
            assert!(ArnPattern::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
