//! AWS, as the credentials of this machine see it.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

use super::ShipError;
use super::error::aws;

/// An account and a region of AWS, and clients for them.
///
/// Credentials, profile, region and endpoint come from where every AWS tool takes them: the
/// variables `AWS_*` and the files in `~/.aws`.
#[derive(Clone, Debug)]
pub struct Cloud {
    /// The account's number.
    pub account: String,
    /// The region.
    pub region: String,
    pub(super) stacks: aws_sdk_cloudformation::Client,
    pub(super) functions: aws_sdk_lambda::Client,
    pub(super) objects: aws_sdk_s3::Client,
    pub(super) log_events: aws_sdk_cloudwatchlogs::Client,
    pub(super) databases: aws_sdk_rds::Client,
}

impl Cloud {
    /// The region that [`Self::connect`] would use; needs no credentials and asks no account.
    ///
    /// # Errors
    /// If there is none.
    pub async fn region(region: Option<&str>) -> Result<String, ShipError> {
        Ok(configured(region).await?.1)
    }

    /// Asks who we are; `region` is used instead of the configured one.
    ///
    /// # Errors
    /// If there are no credentials or no region, or AWS is not reached.
    pub async fn connect(region: Option<&str>) -> Result<Self, ShipError> {
        let (config, region) = configured(region).await?;
        let identity = aws_sdk_sts::Client::new(&config).get_caller_identity().send().await;
        let identity = identity.map_err(aws("who we are"))?;
        Ok(Self {
            account: identity.account().unwrap_or_default().to_owned(),
            region,
            stacks: aws_sdk_cloudformation::Client::new(&config),
            functions: aws_sdk_lambda::Client::new(&config),
            objects: objects(&config),
            log_events: aws_sdk_cloudwatchlogs::Client::new(&config),
            databases: aws_sdk_rds::Client::new(&config),
        })
    }
}

/// What this machine says of AWS, and the region; credentials are looked for when they are needed.
async fn configured(region: Option<&str>) -> Result<(SdkConfig, String), ShipError> {
    let tls = Provider::Rustls(CryptoMode::Ring);
    let client = Builder::new().tls_provider(tls).build_https();
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(client);
    if let Some(region) = region {
        loader = loader.region(Region::new(region.to_owned()));
    }
    let config = loader.load().await;
    let Some(region) = config.region().map(ToString::to_string) else {
        return Err(ShipError::new(
            "no region: set AWS_REGION, `region` in [package.metadata.lambdafy], or --region",
        ));
    };
    // The SDK panics on it.
    if config.endpoint_url() == Some("") {
        return Err(ShipError::new("AWS_ENDPOINT_URL is empty: set it, or unset it"));
    }
    Ok((config, region))
}

/// With an endpoint of one's own, buckets are no host names.
fn objects(config: &SdkConfig) -> aws_sdk_s3::Client {
    let own = config.endpoint_url().is_some();
    let config = aws_sdk_s3::config::Builder::from(config).force_path_style(own).build();
    aws_sdk_s3::Client::from_conf(config)
}
