//! Choices that every format writes alike.

use super::Deployment;
use crate::settings::Engine;

/// The alias that front doors and events point to.
pub const ALIAS: &str = "live";

/// The stage of a REST API.
pub(crate) const STAGE: &str = "prod";

/// One line of JSON for each request, in API Gateway's variables.
pub(crate) const ACCESS_LOG_FORMAT: &str = concat!(
    r#"{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","#,
    r#""time":"$context.requestTime","method":"$context.httpMethod","path":"$context.path","#,
    r#""status":"$context.status","bytes":"$context.responseLength","#,
    r#""latencyMs":"$context.responseLatency","error":"$context.integrationErrorMessage"}"#
);

/// TLS 1.2 and 1.3.
pub(crate) const SSL_POLICY: &str = "ELBSecurityPolicy-TLS13-1-2-2021-06";

/// CloudFront's policy that sends everything but `Host`, by which the front door would not know
/// itself.
pub(crate) const ALL_BUT_HOST: &str = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

/// What all of CloudFront's distributions have as their zone in Route 53.
pub(crate) const CLOUDFRONT_ZONE: &str = "Z2FDTNDATAQYW2";

/// How long CloudFront waits for an origin at most, in seconds:
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CustomOriginConfig.html>
pub(crate) const CLOUDFRONT_WAITS_S: u32 = 120;

/// How long SQS keeps a message at most, in seconds: 14 days.
pub(crate) const DEAD_LETTERS_KEPT_S: u32 = 1_209_600;

/// The version of a database server that is made, and the family of its parameters.
pub(crate) fn engine_version(engine: Engine) -> (&'static str, &'static str) {
    match engine {
        Engine::Postgres => ("17.6", "postgres17"),
        Engine::Mysql => ("8.4.7", "mysql8.4"),
    }
}

impl Deployment {
    /// The name for what may have 32 characters.
    pub(crate) fn short_name(&self) -> String {
        let name: String = self.name.as_str().chars().take(32).collect();
        name.trim_end_matches('-').to_owned()
    }

    /// How long a load balancer keeps a silent connection: longer than the slowest answer takes.
    pub(crate) fn alb_idle_timeout_s(&self) -> u32 {
        (self.settings.timeout_s.get() + 5).max(60)
    }

    /// How long a message stays hidden while it is worked on: AWS asks for six times the
    /// function's time-out, so that a retry does not overlap; SQS takes 12 hours at most.
    pub(crate) fn visibility_timeout_s(&self) -> u32 {
        (self.settings.timeout_s.get() * 6).min(43_200)
    }

    /// How long CloudFront waits: as long as the function may take; [`CLOUDFRONT_WAITS_S`] is
    /// the most without a quota.
    pub(crate) fn cloudfront_timeout_s(&self) -> u32 {
        (self.settings.timeout_s.get() + 1).clamp(30, CLOUDFRONT_WAITS_S)
    }

    /// The edge locations that serve.
    pub(crate) fn price_class(&self) -> &'static str {
        let worldwide =
            self.settings.cloudfront.as_ref().is_some_and(|cloudfront| cloudfront.worldwide);
        if worldwide { "PriceClass_All" } else { "PriceClass_100" }
    }
}
