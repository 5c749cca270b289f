//! Which function a request is for.

use super::refusal::Refusal;
use crate::Function;

/// What may stand for a function: a name, a whole ARN, or the end of one, each with a version or
/// an alias behind it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target<'a> {
    region: Option<&'a str>,
    account: Option<&'a str>,
    name: &'a str,
    qualifier: Option<&'a str>,
}

impl<'a> Target<'a> {
    /// Reads `name`, `arn:aws:lambda:REGION:ACCOUNT:function:name` or `ACCOUNT:function:name`.
    fn parse(text: &'a str) -> Option<Self> {
        let parts: Vec<&str> = text.split(':').collect();
        let (place, rest) = match parts[..] {
            ["arn", partition, "lambda", region, account, "function", ref rest @ ..]
                if partition.starts_with("aws") =>
            {
                ((Some(region), Some(account)), rest)
            }
            [account, "function", ref rest @ ..] if is_account(account) => {
                ((None, Some(account)), rest)
            }
            ["function", ref rest @ ..] if !rest.is_empty() => ((None, None), rest),
            ref rest => ((None, None), rest),
        };
        let (name, qualifier) = match *rest {
            [name] => (name, None),
            [name, qualifier] => (name, Some(qualifier)),
            _ => return None,
        };
        let is_valid = is_name(name) && qualifier.is_none_or(is_qualifier);
        is_valid.then_some(Self { region: place.0, account: place.1, name, qualifier })
    }
}

/// Checks that a request is for this function, in the one version that there is.
pub(super) fn check(
    function: &Function,
    text: &str,
    qualifier: Option<&str>,
) -> Result<(), Refusal> {
    let target = Target::parse(text).ok_or_else(|| Refusal::invalid_name(text))?;
    let qualifier = match (target.qualifier, qualifier) {
        (Some(one), Some(other)) if one != other => return Err(Refusal::two_qualifiers()),
        (one, other) => one.or(other),
    };
    let is_mine = target.name == function.name
        && target.account.is_none_or(|account| account == function.account)
        && target.region.is_none_or(|region| region == function.region_name())
        && qualifier.is_none_or(|version| version == function.version);
    if is_mine {
        return Ok(());
    }
    let (region, account) = (
        target.region.unwrap_or(function.region_name()),
        target.account.unwrap_or(&function.account),
    );
    let version = qualifier.map_or_else(String::new, |version| format!(":{version}"));
    Err(Refusal::no_function(&format!(
        "arn:aws:lambda:{region}:{account}:function:{}{version}",
        target.name
    )))
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| is_word(byte) || byte == b'.')
}

fn is_qualifier(text: &str) -> bool {
    text == "$LATEST" || (!text.is_empty() && text.bytes().all(is_word))
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_found_by_its_name_and_by_its_arn() {
        let function = Function::new("orders");
        for text in [
            "orders",
            "orders:$LATEST",
            "function:orders",
            "123456789012:function:orders",
            "123456789012:function:orders:$LATEST",
            "arn:aws:lambda:us-east-1:123456789012:function:orders",
            "arn:aws:lambda:us-east-1:123456789012:function:orders:$LATEST",
        ] {
            assert!(check(&function, text, None).is_ok(), "{text}");
        }
        assert!(check(&function, "orders", Some("$LATEST")).is_ok());
    }

    #[test]
    fn another_function_or_version_is_not_found() {
        let function = Function::new("orders");
        for (text, arn) in [
            ("other", "arn:aws:lambda:us-east-1:123456789012:function:other"),
            ("orders:live", "arn:aws:lambda:us-east-1:123456789012:function:orders:live"),
            (
                "arn:aws:lambda:eu-west-1:123456789012:function:orders",
                "arn:aws:lambda:eu-west-1:123456789012:function:orders",
            ),
            (
                "999999999999:function:orders",
                "arn:aws:lambda:us-east-1:999999999999:function:orders",
            ),
        ] {
            let refusal = check(&function, text, None).unwrap_err();
            assert_eq!(refusal.to_string(), format!("Function not found: {arn}"));
        }
    }

    #[test]
    fn what_is_no_name_is_invalid() {
        let function = Function::new("orders");
        for text in ["", "a b", "orders:", "a:b:c", "arn:aws:s3:::bucket", &"a".repeat(65)] {
            let refusal = check(&function, text, None).unwrap_err();
            assert!(refusal.to_string().contains("functionName"), "{text}: {refusal}");
        }
        assert!(check(&function, "orders:1", Some("2")).is_err());
    }
}
