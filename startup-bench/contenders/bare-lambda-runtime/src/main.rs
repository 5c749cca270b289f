//! Contender `bare-lambda-runtime`: lambda_runtime with a handler written by hand for the bench's
//! routes and for HTTP API 2.0 events only. No adapter on lambda_runtime can be cheaper.

use harness::{Error, Mode};
use lambda_runtime::{LambdaEvent, service_fn};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    raw_path: String,
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    status_code: u16,
    headers: Headers,
    body: String,
    is_base64_encoded: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Headers {
    content_type: &'static str,
}

fn main() -> Result<(), Error> {
    let mut handler = service_fn(handle);
    match Mode::from_args()? {
        Mode::Translate(translation) => translation
            .run(async |event| lambda_runtime_path::invoke(&mut handler, event.freeze()).await),
        Mode::Function(flavor) => flavor.block_on(lambda_runtime::run(handler)),
    }
}

async fn handle(event: LambdaEvent<Event>) -> Result<Answer, Error> {
    let event = event.payload;
    match event.raw_path.as_str() {
        "/hello" => Ok(answer("text/plain; charset=utf-8", app::HELLO.to_owned(), false)),
        "/img" => Ok(answer("image/png", base64_simd::STANDARD.encode_to_string(app::IMAGE), true)),
        "/echo" => {
            let body = event.body.unwrap_or_default();
            Ok(answer("application/octet-stream", body, event.is_base64_encoded))
        }
        other => Err(format!("the bare handler has no route {other}").into()),
    }
}

fn answer(content_type: &'static str, body: String, is_base64_encoded: bool) -> Answer {
    Answer { status_code: 200, headers: Headers { content_type }, body, is_base64_encoded }
}
