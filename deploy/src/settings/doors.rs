//! Front doors and what stands around them.

use serde::Deserialize;

use super::{Arn, Between};

/// What takes HTTP requests and turns them into events.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum FrontDoor {
    /// API Gateway REST API
    RestApi,
    /// API Gateway HTTP API, payload 2.0
    HttpApi,
    /// Lambda function URL
    #[default]
    FunctionUrl,
    /// Application load balancer
    Alb,
}

/// A domain of one's own.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Domain {
    /// Such as `shop.example.com`.
    pub name: String,
    /// The ARN of its certificate in ACM; for CloudFront in us-east-1.
    pub certificate: Arn,
    /// The id of the hosted zone in Route 53 that gets a record. Default: none, you make it.
    pub hosted_zone: Option<String>,
}

/// CloudFront before the front door.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct CloudFront {
    /// Whether only CloudFront may call the function URL. Default: no, since clients must then
    /// send `x-amz-content-sha256` with every POST and PUT, which browsers' forms don't, and
    /// the app gets no `Authorization`, which CloudFront's signature replaces.
    pub signed: bool,
    /// Whether edge locations of all continents serve. Default: North America and Europe.
    pub worldwide: bool,
}

/// What API Gateway lets through; more is answered with 429.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Throttle {
    /// Requests a second in the long run. Default: 1,000, a tenth of an account's.
    pub rate: Between<1, 100_000>,
    /// Requests at once. Default: 500.
    pub burst: Between<1, 100_000>,
}

impl Default for Throttle {
    fn default() -> Self {
        Self { rate: Between::of::<1000>(), burst: Between::of::<500>() }
    }
}

/// What a load balancer needs.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Alb {
    /// The VPC of its subnets.
    pub vpc: String,
    /// At least two, in different zones.
    pub subnets: Vec<String>,
    /// The ARN of a certificate in ACM: the load balancer then speaks HTTPS and redirects HTTP.
    /// Default: the domain's, or HTTP only.
    pub certificate: Option<Arn>,
    /// Whether it is reached only from the VPC. Default: no.
    #[serde(default)]
    pub internal: bool,
}

/// Alarms, and whom they tell.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Alarms {
    /// An address that gets a mail; it must confirm once.
    pub email: Option<String>,
    /// The ARN of an SNS topic of yours.
    pub topic: Option<Arn>,
}

impl FrontDoor {
    /// The name as it is written in the settings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RestApi => "rest-api",
            Self::HttpApi => "http-api",
            Self::FunctionUrl => "function-url",
            Self::Alb => "alb",
        }
    }

    /// The name for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::RestApi => "an API Gateway REST API",
            Self::HttpApi => "an API Gateway HTTP API",
            Self::FunctionUrl => "a function URL",
            Self::Alb => "an application load balancer",
        }
    }

    /// Whether answers can be streamed through it.
    #[must_use]
    pub fn streams(self) -> bool {
        matches!(self, Self::RestApi | Self::FunctionUrl)
    }
}
