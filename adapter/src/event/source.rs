//! Where an event came from.

use std::fmt;

/// The kind of event, which decides how the request is read and the answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// API Gateway REST API, payload 1.0.
    RestApi,
    /// API Gateway HTTP API, payload 1.0.
    HttpApiV1,
    /// API Gateway HTTP API, payload 2.0.
    HttpApiV2,
    /// A Lambda Function URL.
    FunctionUrl,
    /// An Application Load Balancer whose target group sends single header values.
    Alb,
    /// An Application Load Balancer whose target group sends multi-value headers.
    AlbMultiValue,
    /// VPC Lattice, event structure version 1.
    LatticeV1,
    /// VPC Lattice, event structure version 2.
    LatticeV2,
    /// CloudFront with Lambda@Edge, a viewer or origin request.
    Edge,
    /// API Gateway WebSocket API.
    WebSocket,
    /// Any other event (SQS, S3, EventBridge, a direct invocation ...), given to the app as a POST.
    PassThrough,
}

impl Source {
    /// A short, stable name for logs and metrics, such as `aws.apigw.v2`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RestApi => "aws.apigw.v1",
            Self::HttpApiV1 => "aws.apigw.http.v1",
            Self::HttpApiV2 => "aws.apigw.v2",
            Self::FunctionUrl => "aws.url",
            Self::Alb | Self::AlbMultiValue => "aws.alb",
            Self::LatticeV1 => "aws.lattice.v1",
            Self::LatticeV2 => "aws.lattice.v2",
            Self::Edge => "aws.edge",
            Self::WebSocket => "aws.apigw.websocket",
            Self::PassThrough => "passthrough",
        }
    }

    /// Whether a client waits for an HTTP answer.
    #[must_use]
    pub fn is_http(self) -> bool {
        !matches!(self, Self::WebSocket | Self::PassThrough)
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
