//! What the function finds around it, as far as it is declared: names and addresses that are known
//! on AWS when the stack is made, and here when the servers listen.

use super::ACCOUNT;
use crate::deployment::{Deployment, VariableValue};
use crate::settings::Name;

/// The key of the S3 server, which signs and keeps no secret: it listens on loopback only.
pub(super) const KEY: (&str, &str) = ("lambdafy", "lambdafy");

/// Where things are.
#[derive(Clone, Debug)]
pub(super) struct Places {
    pub(super) region: String,
    pub(super) s3: Option<String>,
    pub(super) sources: Option<String>,
}

impl Places {
    pub(super) fn of(deployment: &Deployment) -> Self {
        let region = deployment.settings.region.clone();
        Self { region: region.unwrap_or_else(|| "us-east-1".to_owned()), s3: None, sources: None }
    }

    /// The function's variables, those of AWS's SDKs included.
    pub(super) fn environment(&self, deployment: &Deployment) -> Vec<(String, String)> {
        let declared = deployment.environment().into_iter();
        let mut all: Vec<_> = declared
            .filter_map(|one| Some((one.name, self.value(deployment, &one.value)?)))
            .collect();
        all.extend(self.endpoints());
        all
    }

    /// The variables that say where declared resources are.
    pub(super) fn resources(&self, deployment: &Deployment) -> Vec<(String, String)> {
        let resource = |value: &VariableValue| !matches!(value, VariableValue::Text(_));
        let declared = deployment.environment().into_iter().filter(|one| resource(&one.value));
        declared.filter_map(|one| Some((one.name, self.value(deployment, &one.value)?))).collect()
    }

    /// By which AWS's SDKs find what is here and not there.
    pub(super) fn endpoints(&self) -> Vec<(String, String)> {
        let endpoints = [("S3", &self.s3), ("SQS", &self.sources)];
        let mut all: Vec<_> = endpoints
            .into_iter()
            .filter_map(|(service, url)| {
                Some((format!("AWS_ENDPOINT_URL_{service}"), url.clone()?))
            })
            .collect();
        if !all.is_empty() {
            all.push(("AWS_ACCESS_KEY_ID".to_owned(), KEY.0.to_owned()));
            all.push(("AWS_SECRET_ACCESS_KEY".to_owned(), KEY.1.to_owned()));
        }
        all
    }

    /// `None` for what is not there on this machine.
    fn value(&self, deployment: &Deployment, value: &VariableValue) -> Option<String> {
        match value {
            VariableValue::Text(text) => Some(text.clone()),
            VariableValue::BucketName(name) => Some(bucket_name(deployment, name, &self.region)),
            VariableValue::QueueUrl(name) => {
                let queue = deployment.name_of(name.as_str());
                Some(format!("{}/{ACCOUNT}/{queue}", self.sources.as_deref()?))
            }
            VariableValue::DatabaseHost | VariableValue::DatabaseSecret => None,
        }
    }
}

/// The name that the bucket has on AWS, too, but for the account.
pub(super) fn bucket_name(deployment: &Deployment, bucket: &Name, region: &str) -> String {
    deployment
        .bucket_name(bucket)
        .replace("${AWS::AccountId}", ACCOUNT)
        .replace("${AWS::Region}", region)
}
