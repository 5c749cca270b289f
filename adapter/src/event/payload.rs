//! An event's body, decoded in the event's own memory.

use std::ops::Range;

use super::fields::{Field, wrong_type};
use crate::Error;
use crate::json::{Kind, Value, check_text, unescape_in_place};

/// Decodes `body` in place and returns where the bytes are.
///
/// # Errors
///
/// A field of the wrong type, base64 that is none, or text that is not JSON's.
pub(super) fn decode(
    event: &mut [u8],
    body: Field,
    is_base64: bool,
) -> Result<Range<usize>, Error> {
    let Some(body) = body else { return Ok(0..0) };
    let start = body.start;
    let length = match body.kind {
        Kind::String if is_base64 => decode_base64(part(event, body))?,
        Kind::EscapedString if is_base64 => {
            let unescaped = unescape_in_place(part(event, body))?;
            decode_base64(part(
                event,
                Value {
                    end: start + unescaped,
                    ..body
                },
            ))?
        }
        Kind::String => {
            check_text(part(event, body), start)?;
            body.end - start
        }
        Kind::EscapedString => unescape_in_place(part(event, body))?,
        _ => return Err(wrong_type("body", "a string", body)),
    };
    Ok(start..start + length)
}

/// The value of `isBase64Encoded`; absent is false.
pub(super) fn base64_flag(field: Field) -> Result<bool, Error> {
    match field {
        None => Ok(false),
        Some(Value {
            kind: Kind::True, ..
        }) => Ok(true),
        Some(Value {
            kind: Kind::False, ..
        }) => Ok(false),
        Some(value) => Err(wrong_type("isBase64Encoded", "a boolean", value)),
    }
}

fn part(event: &mut [u8], value: Value) -> &mut [u8] {
    event.get_mut(value.start..value.end).unwrap_or_default()
}

/// Standard base64; white space and missing padding are accepted, as most decoders do.
fn decode_base64(text: &mut [u8]) -> Result<usize, Error> {
    base64_simd::forgiving_decode_inplace(text)
        .map(|bytes| bytes.len())
        .map_err(|error| Error::event("the event's body is not valid base64").with_source(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str, is_base64: bool) -> Result<Vec<u8>, String> {
        let mut event = format!("\"{text}\"").into_bytes();
        let value = crate::json::Scanner::new(&event, 0)
            .body()
            .map_err(|e| e.to_string())?;
        let range = decode(&mut event, Some(value), is_base64).map_err(|e| e.to_string())?;
        Ok(event[range].to_vec())
    }

    #[test]
    fn base64_is_decoded_with_and_without_padding_and_line_breaks() {
        for text in [
            "aGVsbG8=",
            "aGVsbG8",
            "aGVs\\nbG8=\\r\\n",
            "aGVs bG8=",
            "aGVsbG8\\u003d",
        ] {
            assert_eq!(decoded(text, true).as_deref(), Ok(&b"hello"[..]), "{text}");
        }
        assert_eq!(decoded("", true).as_deref(), Ok(&b""[..]));
    }

    #[test]
    fn what_is_not_base64_is_an_error() {
        for text in ["aGVsbG8==", "a", "aG*s", "żółw", "aGVs\\u0000bG8="] {
            assert!(decoded(text, true).is_err(), "{text}");
        }
    }

    #[test]
    fn text_is_checked_and_unescaped() {
        assert_eq!(decoded("zażółć", false).as_deref(), Ok("zażółć".as_bytes()));
        assert_eq!(
            decoded("\\\"a\\n\\u00e9", false).as_deref(),
            Ok("\"a\né".as_bytes())
        );
        assert!(decoded("a\nb", false).is_err());
        assert!(decoded("a\\n\nb", false).is_err());
    }
}
