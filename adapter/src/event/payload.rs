//! An event's body, decoded.

use bytes::{Bytes, BytesMut};

use super::fields::{Field, wrong_type};
use crate::json::{Body, Kind, Value, check_text};
use crate::{Error, base64};

/// A body that is decoded, but not yet taken out of the event.
pub(super) enum Payload {
    /// These bytes of the event.
    Part(usize, usize),
    Owned(Vec<u8>),
}

impl Payload {
    pub(super) fn take(self, event: &Bytes) -> Bytes {
        match self {
            Self::Part(start, end) => event.slice(start..end),
            Self::Owned(bytes) => bytes.into(),
        }
    }
}

/// Decodes `body`; base64 in the event's own memory. White space in base64 and missing padding
/// are accepted, as most decoders do.
///
/// # Errors
///
/// A field of the wrong type, base64 that is none, or text that is not JSON's.
pub(super) fn decode(
    event: &mut BytesMut,
    body: Option<Body>,
    is_base64: bool,
) -> Result<Payload, Error> {
    match body {
        None => Ok(Payload::Part(0, 0)),
        Some(Body::Unchecked(value)) => {
            let (start, end) = (value.start(), value.end());
            let text = event.get_mut(start..end).unwrap_or_default();
            if !is_base64 {
                check_text(text, start)?;
                return Ok(Payload::Part(start, end));
            }
            // JSON has line breaks as escapes only, so there is hardly white space to look for.
            if text.len().is_multiple_of(4) {
                let length = base64::decode_in_place(text).ok_or_else(not_base64)?;
                return Ok(Payload::Part(start, start + length));
            }
            check_text(text, start)?;
            base64::decode_lenient(text.to_vec()).map(Payload::Owned).ok_or_else(not_base64)
        }
        Some(Body::Text(text)) if is_base64 => {
            base64::decode_lenient(text).map(Payload::Owned).ok_or_else(not_base64)
        }
        Some(Body::Text(text)) => Ok(Payload::Owned(text)),
        Some(Body::Other(Value { kind: Kind::Null, .. })) => Ok(Payload::Part(0, 0)),
        Some(Body::Other(value)) => Err(wrong_type("body", "a string", value)),
    }
}

/// The value of `isBase64Encoded`; absent is false.
pub(super) fn base64_flag(field: Field) -> Result<bool, Error> {
    match field {
        None => Ok(false),
        Some(Value { kind: Kind::True, .. }) => Ok(true),
        Some(Value { kind: Kind::False, .. }) => Ok(false),
        Some(value) => Err(wrong_type("isBase64Encoded", "a boolean", value)),
    }
}

#[cold]
fn not_base64() -> Error {
    Error::event("the event's body is not valid base64")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str, is_base64: bool) -> Result<Bytes, String> {
        let mut event = BytesMut::from(&format!("\"{text}\"")[..]);
        let body = crate::json::Scanner::new(&event, 0).body().map_err(|e| e.to_string())?;
        let payload = decode(&mut event, Some(body), is_base64).map_err(|e| e.to_string())?;
        Ok(payload.take(&event.freeze()))
    }

    #[test]
    fn base64_is_decoded_with_and_without_padding_and_line_breaks() {
        for text in ["aGVsbG8=", "aGVsbG8", "aGVs\\nbG8=\\r\\n", "aGVs bG8=", "aGVsbG8\\u003d"] {
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
        assert_eq!(decoded("\\\"a\\n\\u00e9", false).as_deref(), Ok("\"a\né".as_bytes()));
        assert!(decoded("a\nb", false).is_err());
        assert!(decoded("a\\n\nb", false).is_err());
    }
}
