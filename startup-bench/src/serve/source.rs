//! What stands before the function.

use clap::ValueEnum;
use lambdafy_emulator::FrontDoor;

/// A front door, as it is named on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Source {
    /// API Gateway REST API, payload 1.0
    Rest,
    /// REST API with response streaming
    RestStream,
    /// API Gateway HTTP API, payload 2.0
    Http,
    /// HTTP API with payload 1.0
    HttpV1,
    /// function URL
    Url,
    /// function URL with response streaming
    UrlStream,
    /// application load balancer
    Alb,
    /// load balancer with multi-value headers
    AlbMulti,
}

impl Source {
    pub(super) fn front_door(self) -> FrontDoor {
        match self {
            Self::Rest => FrontDoor::RestApi,
            Self::RestStream => FrontDoor::RestApiStream,
            Self::Http => FrontDoor::HttpApi,
            Self::HttpV1 => FrontDoor::HttpApiV1,
            Self::Url => FrontDoor::FunctionUrl,
            Self::UrlStream => FrontDoor::FunctionUrlStream,
            Self::Alb => FrontDoor::Alb,
            Self::AlbMulti => FrontDoor::AlbMultiValue,
        }
    }

    /// What it is called in a sentence.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Rest => "API Gateway REST API",
            Self::RestStream => "streaming REST API",
            Self::Http => "API Gateway HTTP API",
            Self::HttpV1 => "HTTP API with payload 1.0",
            Self::Url => "function URL",
            Self::UrlStream => "streaming function URL",
            Self::Alb => "load balancer",
            Self::AlbMulti => "load balancer with multi-value headers",
        }
    }
}
