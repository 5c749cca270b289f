//! The options of an input, from its first byte.

use lambdafy::{Options, ResponseMode};

/// Bodies and results of this many bytes are too large where the options say so.
pub const LITTLE: usize = 600;

/// Whether the flag is set by which sizes are limited.
pub fn limits_sizes(flags: u8) -> bool {
    flags & 0x40 != 0
}

pub fn options(flags: u8) -> Options {
    let mut options = Options::new()
        .strip_stage(flags & 0x02 != 0)
        .fail_on_error_status(flags & 0x20 == 0)
        .compression(flags & 0x80 != 0);
    if flags & 0x01 != 0 {
        options = options.base_path("/prod");
    }
    if flags & 0x04 != 0 {
        options = options
            .pass_through_path("/in box?")
            .pass_through_path_for("aws:sqs", "/jobs")
            .pass_through_path_for("aws.events", "/bus");
    }
    if flags & 0x08 != 0 {
        options = options
            .websocket_path_for("$connect", "/open")
            .text_type("application/x-text")
            .binary_type("text/x-binary");
    }
    if flags & 0x10 != 0 {
        options = options.response_mode(ResponseMode::Streaming);
    }
    if limits_sizes(flags) {
        options = options.max_request_bytes(LITTLE).max_response_bytes(LITTLE);
    }
    options
}
