//! How large a result may be.
//!
//! Sources: <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>,
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>,
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html>

use bytes::Bytes;
use http::{Response, StatusCode};

use crate::{Error, ErrorKind, Options, Source};

const MIB: usize = 1024 * 1024;

/// The largest result, in bytes of JSON, that the front door takes.
pub(crate) fn of(source: Source, options: &Options) -> usize {
    let platform = match source {
        Source::Alb | Source::AlbMultiValue | Source::Edge => MIB,
        Source::WebSocket => MIB / 8,
        _ => 6 * MIB,
    };
    platform.min(options.max_response_bytes)
}

pub(crate) fn check(bytes: usize, limit: usize) -> Result<(), Error> {
    if bytes <= limit {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::TooLarge,
        format!(
            "the answer takes at least {bytes} bytes, more than the {limit} that can be returned: \
             answer with less, a redirect to S3, or streaming"
        ),
    ))
}

/// What the client gets instead of an answer that is too large.
pub(crate) fn too_large() -> Response<Bytes> {
    super::plain(
        StatusCode::INTERNAL_SERVER_ERROR,
        "The answer is larger than this platform can return.\n",
    )
}
