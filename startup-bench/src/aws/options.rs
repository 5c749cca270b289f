//! What `startup-bench aws` is told, and the client made from it.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use aws_config::{BehaviorVersion, Region};
use aws_sdk_lambda::Client;
use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};

use super::function::Way;
use crate::report::Outputs;

/// The event that is sent unless another is named.
const EVENT: &str = include_str!("../../events/http-api-hello.json");

/// What costs and permissions a run needs.
const NOTES: &str = "\
Before each measured start the environment variable STARTUP_BENCH_START of the function is changed, \
so that Lambda starts a new sandbox; at the end, after Ctrl-C and after an error too, it is removed. \
All other variables stay as they are, and none is printed. While this runs, other users of the \
function meet cold starts too.

Permissions: lambda:GetFunctionConfiguration, lambda:UpdateFunctionConfiguration, \
lambda:InvokeFunction; with --publish also lambda:PublishVersion and lambda:DeleteFunction of \
versions; kms:Decrypt if the environment has a key of its own.

Costs: each run is 1 + --warm invocations; INIT is billed. --publish with SnapStart bills a snapshot \
for each run.";

/// Options of `startup-bench aws`.
#[derive(clap::Args, Debug)]
#[command(after_long_help = NOTES)]
pub(crate) struct Options {
    /// The name or ARN of a function; may be repeated to compare several
    #[arg(long = "function", value_name = "NAME", required = true)]
    pub(super) functions: Vec<String>,
    /// Cold starts of each function, in turn
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(super) runs: u32,
    /// Further invocations after each start
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) warm: u32,
    /// A file with the event; default: GET /hello from an HTTP API
    #[arg(long, value_name = "FILE")]
    event: Option<PathBuf>,
    /// A version or an alias; it is invoked as it is, because only $LATEST can be changed
    #[arg(long, value_name = "NAME", conflicts_with = "publish")]
    qualifier: Option<String>,
    /// Publishes a version for each start and removes it afterwards: for SnapStart
    #[arg(long)]
    publish: bool,
    /// The region; default: the profile's
    #[arg(long)]
    region: Option<String>,
    /// Another endpoint than AWS's, such as the emulator's; AWS_ENDPOINT_URL_LAMBDA works too
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
    #[command(flatten)]
    pub(super) outputs: Outputs,
}

impl Options {
    pub(super) fn way(&self) -> Way {
        match (&self.qualifier, self.publish) {
            (Some(qualifier), _) => Way::Qualifier(qualifier.clone()),
            (None, true) => Way::Publish,
            (None, false) => Way::Latest,
        }
    }

    /// The function that ratios refer to: the first, unless another is named.
    pub(super) fn baseline(&self) -> String {
        let named = &self.outputs.baseline;
        let is_function = self.functions.contains(named);
        if is_function { named } else { &self.functions[0] }.clone()
    }

    /// The event's bytes.
    ///
    /// # Errors
    /// If the file can't be read or is no JSON.
    pub(super) fn event(&self) -> Result<Vec<u8>> {
        let Some(path) = &self.event else {
            return Ok(EVENT.into());
        };
        let event =
            std::fs::read(path).with_context(|| format!("can't read {}", path.display()))?;
        let json = serde_json::from_slice::<serde_json::Value>(&event);
        json.with_context(|| format!("{} is no JSON, as Lambda wants it", path.display()))?;
        Ok(event)
    }

    /// A client with the credentials that the AWS command line would use.
    ///
    /// # Errors
    /// If no region is known.
    pub(super) async fn client(&self) -> Result<Client> {
        let http = aws_smithy_http_client::Builder::new()
            .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
            .build_https();
        let mut loader = aws_config::defaults(BehaviorVersion::latest()).http_client(http);
        if let Some(region) = &self.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(url) = &self.endpoint_url {
            loader = loader.endpoint_url(url);
        }
        let config = loader.load().await;
        ensure!(config.region().is_some(), "no region: --region, AWS_REGION or a profile sets it");
        Ok(Client::new(&config))
    }
}
