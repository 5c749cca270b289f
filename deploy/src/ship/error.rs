//! What went wrong on the way to AWS.

use std::error::Error;
use std::fmt;

use aws_sdk_cloudformation::config::http::HttpResponse;
use aws_sdk_cloudformation::error::{ProvideErrorMetadata, SdkError};

/// Why something could not be shipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShipError {
    message: String,
    code: Option<String>,
    is_refusal: bool,
}

impl ShipError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: None, is_refusal: false }
    }

    /// The new version did not prove itself.
    pub(super) fn refusal(message: impl Into<String>) -> Self {
        Self { is_refusal: true, ..Self::new(message) }
    }

    /// Whether the new version did not prove itself, rather than that something failed.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        self.is_refusal
    }

    /// What AWS calls it, such as `ValidationError`.
    pub(super) fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }
}

/// An error of the SDK, after what was wanted.
pub(super) fn aws<E>(
    wanted: impl fmt::Display,
) -> impl FnOnce(SdkError<E, HttpResponse>) -> ShipError
where
    E: Error + ProvideErrorMetadata + 'static,
{
    move |error| {
        let code = error.code().map(str::to_owned);
        let message = match (error.code(), error.message(), error.raw_response()) {
            (Some(code), Some(message), _) => format!("{wanted}: {code}: {message}"),
            (Some(code), None, _) => format!("{wanted}: {code}"),
            // What the SDK cannot read: a proxy's page, for instance.
            (None, _, Some(response)) => {
                let body = response.body().bytes().unwrap_or_default();
                let body: String = String::from_utf8_lossy(body).chars().take(300).collect();
                format!("{wanted}: status {}: {body}", response.status().as_u16())
            }
            _ => {
                let said = chain(&error);
                format!("{wanted}: {said}{}", advice(&said))
            }
        };
        let denied = message.contains("AccessDenied");
        let advice =
            if denied { "\n`cargo lambdafy policy` prints what deploying needs" } else { "" };
        ShipError { message: message + advice, code, is_refusal: false }
    }
}

/// An error and what caused it, in one line.
pub(super) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// What to do about the errors that everybody meets once.
fn advice(said: &str) -> &'static str {
    if said.contains("redentials") {
        return "\nno credentials were found: `aws sso login`, or set AWS_PROFILE";
    }
    if said.contains("dispatch failure") {
        return "\nAWS was not reached: look at the network, AWS_REGION and AWS_ENDPOINT_URL";
    }
    ""
}

impl fmt::Display for ShipError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for ShipError {}
