//! Messages of `application/vnd.amazon.eventstream`, in which a streamed answer comes.
//!
//! Source: <https://smithy.io/2.0/aws/amazon-eventstream.html>

use bytes::{BufMut, Bytes, BytesMut};
use serde_json::json;

use crate::FunctionError;

/// The most that one message may carry, in bytes: AWS's clients refuse more.
const MAX_PAYLOAD_BYTES: usize = 1024 * 1024;

/// What stands before the headers: two lengths and a checksum.
const PRELUDE_BYTES: usize = 12;

/// A value of a header that is a string.
const STRING: u8 = 7;

/// A piece of an answer, as messages of a size that clients take.
pub(super) fn payload_chunks(mut data: Bytes) -> Bytes {
    let mut messages = BytesMut::with_capacity(data.len() + 128);
    while !data.is_empty() {
        let piece = data.split_to(data.len().min(MAX_PAYLOAD_BYTES));
        write(&mut messages, "PayloadChunk", "application/octet-stream", &piece);
    }
    messages.freeze()
}

/// The last message: how the invocation ended, and its log if that was asked for.
pub(super) fn invoke_complete(error: Option<&FunctionError>, log: Option<&str>) -> Bytes {
    let mut end = json!({});
    if let Some(error) = error {
        end["ErrorCode"] = error.error_type().into();
        end["ErrorDetails"] = String::from_utf8_lossy(error.body()).into();
    }
    if let Some(log) = log {
        end["LogResult"] = log.into();
    }
    let mut message = BytesMut::new();
    write(&mut message, "InvokeComplete", "application/json", end.to_string().as_bytes());
    message.freeze()
}

fn write(out: &mut BytesMut, event_type: &str, content_type: &str, payload: &[u8]) {
    let mut headers = BytesMut::with_capacity(128);
    for (name, value) in
        [(":event-type", event_type), (":content-type", content_type), (":message-type", "event")]
    {
        // All names and values here are short.
        headers.put_u8(u8::try_from(name.len()).unwrap_or_default());
        headers.put_slice(name.as_bytes());
        headers.put_u8(STRING);
        headers.put_u16(u16::try_from(value.len()).unwrap_or_default());
        headers.put_slice(value.as_bytes());
    }
    let length = PRELUDE_BYTES + headers.len() + payload.len() + size_of::<u32>();
    let start = out.len();
    out.reserve(length);
    out.put_u32(u32::try_from(length).unwrap_or_default());
    out.put_u32(u32::try_from(headers.len()).unwrap_or_default());
    out.put_u32(crc32fast::hash(&out[start..]));
    out.put_slice(&headers);
    out.put_slice(payload);
    out.put_u32(crc32fast::hash(&out[start..]));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_piece_is_several_messages() {
        let length = |data: usize| payload_chunks(vec![b'a'; data].into()).len();
        let overhead = length(1) - 1;
        assert_eq!(length(0), 0);
        assert_eq!(length(MAX_PAYLOAD_BYTES), MAX_PAYLOAD_BYTES + overhead);
        assert_eq!(length(MAX_PAYLOAD_BYTES + 1), MAX_PAYLOAD_BYTES + 1 + 2 * overhead);
    }
}
