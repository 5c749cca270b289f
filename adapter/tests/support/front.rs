//! The front doors.

use lambdafy::{Options, ResponseMode, Source};

/// What stands between the client and the function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Front {
    RestApi,
    RestApiStreaming,
    HttpApiV1,
    HttpApiV2,
    FunctionUrl,
    FunctionUrlStreaming,
    AlbSingle,
    AlbMulti,
    LatticeV1,
    LatticeV2,
    Edge,
}

impl Front {
    pub(crate) const ALL: [Self; 11] = [
        Self::RestApi,
        Self::RestApiStreaming,
        Self::HttpApiV1,
        Self::HttpApiV2,
        Self::FunctionUrl,
        Self::FunctionUrlStreaming,
        Self::AlbSingle,
        Self::AlbMulti,
        Self::LatticeV1,
        Self::LatticeV2,
        Self::Edge,
    ];

    /// The options that fit the front door's settings.
    pub(crate) fn options(self) -> Options {
        if self.streams() {
            Options::new().response_mode(ResponseMode::Streaming)
        } else {
            Options::new()
        }
    }

    pub(crate) fn streams(self) -> bool {
        matches!(self, Self::RestApiStreaming | Self::FunctionUrlStreaming)
    }

    /// What the adapter must recognise.
    pub(crate) fn source(self) -> Source {
        match self {
            Self::RestApi | Self::RestApiStreaming => Source::RestApi,
            Self::HttpApiV1 => Source::HttpApiV1,
            Self::HttpApiV2 => Source::HttpApiV2,
            Self::FunctionUrl | Self::FunctionUrlStreaming => Source::FunctionUrl,
            Self::AlbSingle => Source::Alb,
            Self::AlbMulti => Source::AlbMultiValue,
            Self::LatticeV1 => Source::LatticeV1,
            Self::LatticeV2 => Source::LatticeV2,
            Self::Edge => Source::Edge,
        }
    }
}
