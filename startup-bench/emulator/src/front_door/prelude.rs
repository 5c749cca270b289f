//! The beginning of a streamed answer: JSON with status and headers, then eight zero bytes.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/response-streaming-tutorial.html>

use bytes::{Bytes, BytesMut};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};

use super::options::Door;
use super::result::{Maps, cookies, head, object, remap};
use crate::StreamingAnswer;

const DELIMITER: [u8; 8] = [0; 8];

/// Within how many bytes the JSON must end.
const MAX_BYTES: usize = 16 * 1024;

/// What tells a prelude.
const WITH_PRELUDE: &str = "application/vnd.awslambda.http-integration-response";

/// Status, headers, and the first bytes of the body.
#[derive(Debug)]
pub(super) struct Prelude {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// Reads the beginning of a streamed answer.
pub(super) async fn read(door: &Door, answer: &mut StreamingAnswer) -> Result<Prelude, String> {
    let content_type = answer.headers().get(CONTENT_TYPE).cloned();
    if content_type.as_ref().is_none_or(|kind| kind != WITH_PRELUDE) {
        let default = HeaderValue::from_static("application/octet-stream");
        let content_type = content_type.unwrap_or(default);
        return Ok(Prelude {
            status: StatusCode::OK,
            headers: HeaderMap::from_iter([(CONTENT_TYPE, content_type)]),
            body: Bytes::new(),
        });
    }
    let (json, body) = split(answer).await?;
    let value: serde_json::Value = serde_json::from_slice(&json)
        .map_err(|error| format!("the prelude is no JSON: {error}"))?;
    let prelude = object(&value)?;
    let maps = if door.is_rest() { Maps::Both } else { Maps::Single };
    let (status, mut headers) = if prelude.contains_key("statusCode") {
        head(prelude, maps)?
    } else {
        let mut prelude = prelude.clone();
        prelude.insert("statusCode".to_owned(), 200.into());
        head(&prelude, maps)?
    };
    cookies(prelude, &mut headers)?;
    remap(&mut headers);
    Ok(Prelude { status, headers, body })
}

/// Reads up to the delimiter; gives what is before it and what came after it.
async fn split(answer: &mut StreamingAnswer) -> Result<(Bytes, Bytes), String> {
    let mut bytes = BytesMut::new();
    loop {
        if let Some(at) = find(&bytes) {
            let json = bytes.split_to(at).freeze();
            return Ok((json, bytes.split_off(DELIMITER.len()).freeze()));
        }
        if bytes.len() > MAX_BYTES {
            return Err(format!("the prelude does not end within {MAX_BYTES} bytes"));
        }
        match answer.chunk().await {
            Some(Ok(chunk)) => bytes.extend_from_slice(&chunk),
            Some(Err(error)) => return Err(error.to_string()),
            None => return Err("the prelude has no end".to_owned()),
        }
    }
}

fn find(bytes: &[u8]) -> Option<usize> {
    bytes.windows(DELIMITER.len()).position(|window| window == DELIMITER)
}
