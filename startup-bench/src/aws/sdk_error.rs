//! What Lambda's API says when it refuses, without the values of environment variables.

use std::collections::HashMap;

use anyhow::{Error, anyhow};
use aws_sdk_lambda::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};

/// The variables of a function, whose values no message may contain.
pub(super) type Variables = HashMap<String, String>;

/// The error of an API call in one line.
pub(super) fn describe<E, R>(call: &str, error: &SdkError<E, R>, variables: &Variables) -> Error
where
    E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let said = match error {
        SdkError::ServiceError(_) => {
            let code = error.code().unwrap_or("an error without a code");
            format!("{code}: {}", error.message().unwrap_or("no message"))
        }
        _ => DisplayErrorContext(error).to_string(),
    };
    let hint = hint(&said);
    anyhow!("lambda:{call} failed: {}{hint}", hide(&said, variables))
}

fn hint(said: &str) -> &'static str {
    if said.contains("credential") {
        "; sign in, for example by aws sso login, or set AWS_PROFILE"
    } else if said.contains("AccessDenied") {
        "; --help lists the permissions"
    } else if said.contains("ResourceNotFound") {
        "; is --region the function's?"
    } else if said.contains("dispatch failure") {
        "; is the network there, and --region or --endpoint-url right?"
    } else {
        ""
    }
}

/// Lambda repeats the variables when they are too large or have names that it does not take.
fn hide(said: &str, variables: &Variables) -> String {
    let said = said.split("String measured:").next().unwrap_or_default().trim_end();
    let mut hidden = said.to_owned();
    for value in variables.values().filter(|value| value.len() > 2) {
        hidden = hidden.replace(value.as_str(), "***");
    }
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_variables_are_never_said() {
        let variables = HashMap::from([("TOKEN".to_owned(), "s3cr3t".to_owned())]);
        let said = "the variables exceeded the 4KB limit. String measured: {\"TOKEN\":\"s3cr3t\"}";
        assert_eq!(hide(said, &variables), "the variables exceeded the 4KB limit.");
        assert_eq!(hide("bad value s3cr3t", &variables), "bad value ***");
    }
}
