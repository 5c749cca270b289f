//! The result of an event that is no HTTP request: the app's body, as JSON.

use http::response::Parts;

use crate::json;
use crate::{Error, ErrorKind, Options};

/// Appends the body as it is if it is JSON, as a JSON string if it is other text, `null` if it
/// is empty.
pub(super) fn write(
    parts: &Parts,
    body: &[u8],
    options: &Options,
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    let status = parts.status;
    if options.fail_on_error_status && (status.is_client_error() || status.is_server_error()) {
        return Err(Error::new(
            ErrorKind::App,
            format!(
                "the app answered {status} to an event that is no HTTP request: give it a route \
                 for the pass-through path, or turn off fail_on_error_status"
            ),
        ));
    }
    if body.trim_ascii().is_empty() {
        out.extend_from_slice(b"null");
        return Ok(());
    }
    // Unlike the scanner, this knows no limit to nesting; but it doesn't look at what strings say.
    let is_utf8 = std::str::from_utf8(body).is_ok();
    if is_utf8 && serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok() {
        out.extend_from_slice(body);
        return Ok(());
    }
    match std::str::from_utf8(body) {
        Ok(text) => {
            json::write_string(out, text);
            Ok(())
        }
        Err(_) => Err(Error::new(
            ErrorKind::App,
            "the app's answer to an event that is no HTTP request is neither JSON nor text",
        )),
    }
}
