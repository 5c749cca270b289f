//! The configuration of AWS clients, from what Lambda puts into the environment and from nowhere
//! else.
//!
//! `aws_config::load_from_env()` asks, one after the other, for profile files, SSO, web identities,
//! containers and the instance's metadata; its TLS is aws-lc, whose first random number takes 20 ms
//! of CPU time (jitter entropy), and each client that is made reads the machine's certificates.
//! On Lambda all that is known beforehand:
//!
//! | | [`config`] |
//! |---|---|
//! | credentials | `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`: they hold as long as the sandbox |
//! | region | `AWS_REGION`, else `AWS_DEFAULT_REGION` |
//! | endpoints | `AWS_ENDPOINT_URL_<SERVICE>`, `AWS_ENDPOINT_URL`, `AWS_USE_FIPS_ENDPOINT`, `AWS_USE_DUALSTACK_ENDPOINT` |
//! | connections | one HTTP client for all clients of the process, made by the first request |
//! | TLS | rustls with ring; the machine's certificates, or those of `SSL_CERT_FILE`, read by the first request |
//! | not asked | profiles and other files, instance metadata (IMDS), container credentials, SSO, web identities |
//!
//! ```no_run
//! use lambdafy::startup::Lazy;
//! # mod aws_sdk_s3 {
//! #     pub struct Client;
//! #     impl Client { pub fn new(_: &aws_types::SdkConfig) -> Self { Self } }
//! # }
//!
//! /// Not needed by every request: made by the first that asks.
//! static S3: Lazy<aws_sdk_s3::Client> =
//!     Lazy::new(&|| async { Ok::<_, lambdafy::Error>(aws_sdk_s3::Client::new(&lambdafy::aws::config()?)) });
//! ```
//!
//! # Crates
//!
//! `aws-config` is not needed. An SDK crate's default features bring aws-lc in all the same; without
//! them it is neither compiled nor linked:
//!
//! ```toml
//! aws-sdk-s3 = { version = "1", default-features = false, features = ["rt-tokio", "sigv4a"] }
//! ```
//!
//! # Limits
//!
//! SnapStart's functions have no credentials in the environment but an endpoint that hands them out
//! anew after each restore; [`config`] says so and `aws_config` is the way there. Retries, timeouts,
//! the app's name and what else can be set are the SDK's defaults, unless they are set by
//! `config()?.into_builder()`: `AWS_MAX_ATTEMPTS` and the like are not read.

use std::fmt;
use std::sync::OnceLock;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_types::SdkConfig;
use aws_types::region::Region;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

use crate::Error;
use crate::runtime::env::{self, AwsEnvironment};

/// What AWS clients are made from: `aws_sdk_s3::Client::new(&lambdafy::aws::config()?)`.
///
/// It reads the environment and no more: no file, no request, a few microseconds. Every call gives
/// the same HTTP client.
///
/// ```
/// match lambdafy::aws::config() {
///     Ok(config) => println!("{:?}", config.region()),
///     // Outside Lambda: "AWS_ACCESS_KEY_ID is not set, expected credentials, which Lambda sets ..."
///     Err(error) => println!("{error}"),
/// }
/// ```
///
/// # Errors
///
/// [`ErrorKind::Options`](crate::ErrorKind::Options) if a variable that is needed is not set, or a
/// switch is neither `true` nor `false`; the message names it.
pub fn config() -> Result<SdkConfig, Error> {
    let environment = AwsEnvironment::read()?;
    let credentials = Credentials::new(
        environment.access_key_id,
        environment.secret_access_key,
        environment.session_token,
        None,
        "lambdafy-environment",
    );
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(environment.region))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http_client())
        .sleep_impl(TokioSleep::new())
        .service_config(ServiceVariables);
    config
        .set_endpoint_url(environment.endpoint_url)
        .set_use_fips(environment.use_fips)
        .set_use_dual_stack(environment.use_dual_stack);
    Ok(config.build())
}

/// The process's one client.
fn http_client() -> SharedHttpClient {
    static CLIENT: OnceLock<SharedHttpClient> = OnceLock::new();
    CLIENT.get_or_init(|| SharedHttpClient::new(OnFirstRequest::default())).clone()
}

/// A client that is made by its first request: making it reads the certificates.
#[derive(Default)]
struct OnFirstRequest(OnceLock<SharedHttpClient>);

impl HttpClient for OnFirstRequest {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let client = self.0.get_or_init(|| {
            Builder::new().tls_provider(Provider::rustls(CryptoMode::Ring)).build_https()
        });
        client.http_connector(settings, components)
    }
}

impl fmt::Debug for OnFirstRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnFirstRequest")
    }
}

/// Settings of single services.
#[derive(Debug)]
struct ServiceVariables;

impl LoadServiceConfig for ServiceVariables {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        env::aws_service_setting(key.env(), key.service_id())
    }
}
