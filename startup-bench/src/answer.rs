//! Is a posted function result the answer that the app gave?

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// Checks that `result`, whatever its source's form, says status 200 and carries `body`.
pub(crate) fn check(result: &[u8], body: &[u8]) -> Result<()> {
    let value = check_status(result)?;
    let text = value["body"].as_str().context("the result has no text `body`")?;
    let decoded = match value["isBase64Encoded"].as_bool() {
        Some(true) => {
            base64_simd::STANDARD.decode_to_vec(text).context("the body is not base64")?
        }
        _ => text.as_bytes().to_vec(),
    };
    if decoded != body {
        bail!("the body has {} bytes that differ from the {} expected", decoded.len(), body.len());
    }
    Ok(())
}

/// Checks that `result` says status 200, and hands out all of it.
pub(crate) fn check_status(result: &[u8]) -> Result<Value> {
    let value: Value = serde_json::from_slice(result).context("the result is not JSON")?;
    if value["statusCode"] != 200 {
        bail!("expected status 200, got {}", value["statusCode"]);
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base64_body_is_compared_after_decoding() {
        assert!(
            check(br#"{"statusCode":200,"body":"aGk=","isBase64Encoded":true}"#, b"hi").is_ok()
        );
        assert!(check(br#"{"statusCode":200,"body":"aGk="}"#, b"hi").is_err());
    }

    #[test]
    fn another_status_is_no_answer() {
        assert!(check(br#"{"statusCode":404,"body":"hi"}"#, b"hi").is_err());
    }
}
