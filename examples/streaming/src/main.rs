//! Answers that are sent while they are made: server-sent events, and a page that comes in
//! pieces.
//!
//! Here, it is a web server:
//!
//! ```sh
//! cargo run -p streaming
//! curl --no-buffer http://127.0.0.1:3000/countdown
//! ```
//!
//! On AWS, the Function URL must be told to stream as well as the app: README.md has both
//! settings.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::HeaderMap;
use axum::response::sse::{Event, Sse};
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use futures_util::stream::{self, Stream, StreamExt};
use lambdafy::{Options, ResponseMode};
use tokio::time::sleep;

const START: u32 = 10;
const SECOND: Duration = Duration::from_secs(1);

fn main() -> Result<(), lambdafy::Error> {
    let options = Options::new().response_mode(ResponseMode::Streaming);
    lambdafy::run_with(options, || async { Ok(app()) })
}

fn app() -> Router {
    Router::new()
        .route("/", get(Html(include_str!("index.html"))))
        .route("/countdown", get(countdown))
        .route("/page", get(page))
}

/// Counts down to zero, a second a step. A browser whose connection breaks asks again and names
/// the last event it got; the count goes on from there.
async fn countdown(headers: HeaderMap) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let last: Option<u32> = last.and_then(|id| id.parse().ok());
    let next = last.map_or(START, |last| last.min(START).saturating_sub(1));
    let events = stream::iter((0..=next).rev()).then(move |number| async move {
        if number < next {
            sleep(SECOND).await;
        }
        let event = Event::default().id(number.to_string());
        Ok(event.data(number.to_string()))
    });
    let end = stream::iter([Ok(Event::default().event("end").data("bye"))]);
    Sse::new(events.chain(end))
}

/// A page whose parts are shown as they come.
async fn page() -> impl IntoResponse {
    let head = "<!doctype html><meta charset=utf-8><title>In pieces</title><ol>\n".to_owned();
    let lines = stream::iter(1..=5).then(|number| async move {
        sleep(SECOND).await;
        format!("<li>Piece {number} of 5\n")
    });
    let pieces = stream::iter([head]).chain(lines).chain(stream::iter(["</ol>\n".to_owned()]));
    let pieces = pieces.map(|piece| Ok::<_, Infallible>(Bytes::from(piece)));
    ([("content-type", "text/html; charset=utf-8")], Body::from_stream(pieces))
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;
    use lambdafy::{BoxError, Invocation, LambdaLayer, Reply};
    use serde_json::{Value, json};
    use tokio::time::Instant;
    use tower::{Layer, ServiceExt};

    use super::*;

    /// What the app streams to a Function URL: the time of each frame in seconds, and its text.
    async fn frames(path: &str, headers: Value) -> Result<Vec<(u64, String)>, BoxError> {
        let event = json!({
            "version": "2.0",
            "rawPath": path,
            "rawQueryString": "",
            "headers": headers,
            "requestContext": {
                "domainName": "abc123.lambda-url.eu-west-1.on.aws",
                "http": {"method": "GET", "sourceIp": "203.0.113.7"},
            },
        });
        let options = Options::new().response_mode(ResponseMode::Streaming);
        let service = LambdaLayer::new(options).layer(app());
        let start = Instant::now();
        let reply = service.oneshot(Invocation::new(&*event.to_string())).await?;
        let Reply::Streaming(mut body) = reply else {
            panic!("a Function URL's answer is streamed");
        };
        let mut frames = Vec::new();
        while let Some(Ok(frame)) = body.frame().await {
            let data = frame.into_data().unwrap_or_default();
            frames.push((start.elapsed().as_secs(), String::from_utf8(data.to_vec())?));
        }
        Ok(frames)
    }

    #[tokio::test(start_paused = true)]
    async fn events_come_second_by_second() -> Result<(), BoxError> {
        let frames = frames("/countdown", json!({})).await?;
        let (prelude, nuls) = frames[0].1.split_at(frames[0].1.len() - 8);
        assert_eq!(nuls, "\0".repeat(8));
        let prelude: Value = serde_json::from_str(prelude)?;
        assert_eq!(prelude["statusCode"], 200);
        assert_eq!(prelude["headers"]["content-type"], "text/event-stream");
        assert_eq!(frames[1], (0, "id: 10\ndata: 10\n\n".to_owned()));
        assert_eq!(frames[2], (1, "id: 9\ndata: 9\n\n".to_owned()));
        assert_eq!(frames[12], (10, "event: end\ndata: bye\n\n".to_owned()));
        assert_eq!(frames.len(), 13);
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn a_browser_that_lost_the_connection_goes_on() -> Result<(), BoxError> {
        let frames = frames("/countdown", json!({"last-event-id": "2"})).await?;
        assert_eq!(frames[1], (0, "id: 1\ndata: 1\n\n".to_owned()));
        assert_eq!(frames[2], (1, "id: 0\ndata: 0\n\n".to_owned()));
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_comes_in_pieces() -> Result<(), BoxError> {
        let frames = frames("/page", json!({})).await?;
        assert!(frames[1].1.starts_with("<!doctype html>"));
        assert_eq!(frames[2], (1, "<li>Piece 1 of 5\n".to_owned()));
        assert_eq!(frames[6], (5, "<li>Piece 5 of 5\n".to_owned()));
        Ok(())
    }
}
