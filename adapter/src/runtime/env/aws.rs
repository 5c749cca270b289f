//! What Lambda tells a function of AWS: credentials, region, endpoints.

use std::fmt;

use super::{boolean, variable};
use crate::{Error, ErrorKind};

/// The variables that a client of an AWS service needs.
pub(crate) struct AwsEnvironment {
    pub(crate) region: String,
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: String,
    pub(crate) session_token: Option<String>,
    pub(crate) endpoint_url: Option<String>,
    pub(crate) use_fips: Option<bool>,
    pub(crate) use_dual_stack: Option<bool>,
}

impl AwsEnvironment {
    /// Reads them.
    pub(crate) fn read() -> Result<Self, Error> {
        let region = variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION"));
        Ok(Self {
            region: region.ok_or_else(|| missing("AWS_REGION", "a region such as eu-west-1"))?,
            access_key_id: credential("AWS_ACCESS_KEY_ID")?,
            secret_access_key: credential("AWS_SECRET_ACCESS_KEY")?,
            session_token: variable("AWS_SESSION_TOKEN"),
            endpoint_url: variable("AWS_ENDPOINT_URL"),
            use_fips: switch("AWS_USE_FIPS_ENDPOINT")?,
            use_dual_stack: switch("AWS_USE_DUALSTACK_ENDPOINT")?,
        })
    }
}

/// A setting of one service, such as `AWS_ENDPOINT_URL_S3`, or else of all.
pub(crate) fn aws_service_setting(name: &str, service: &str) -> Option<String> {
    let service = service.replace([' ', '-'], "_").to_uppercase();
    variable(&format!("{name}_{service}")).or_else(|| variable(name))
}

fn credential(name: &str) -> Result<String, Error> {
    if let Some(value) = variable(name) {
        return Ok(value);
    }
    let elsewhere = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    Err(match variable(elsewhere) {
        Some(_) => missing(
            name,
            "credentials in the environment; with SnapStart, Lambda hands them out elsewhere \
             (AWS_CONTAINER_CREDENTIALS_FULL_URI): take aws_config::load_from_env() there",
        ),
        None => missing(
            name,
            "credentials, which Lambda sets; elsewhere: \
             eval \"$(aws configure export-credentials --format env)\"",
        ),
    })
}

fn switch(name: &str) -> Result<Option<bool>, Error> {
    variable(name).map(|value| boolean(name, &value.to_ascii_lowercase())).transpose()
}

fn missing(name: &str, expected: &str) -> Error {
    Error::new(ErrorKind::Options, format!("{name} is not set, expected {expected}"))
}

/// Without what is secret.
impl fmt::Debug for AwsEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AwsEnvironment({})", self.region)
    }
}
