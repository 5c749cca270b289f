//! A function on AWS's own `lambda_http`, for the emulator's contract tests.

use lambda_http::{Body, Error, Request, RequestExt, Response, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    if fixture() == "stream" {
        return lambda_http::run_with_streaming_response(service_fn(stream)).await;
    }
    run(service_fn(answer)).await
}

async fn answer(request: Request) -> Result<Response<Body>, Error> {
    if request.uri().path().ends_with("/error") {
        return Err("on purpose".into());
    }
    let query = request.query_string_parameters();
    let text = format!(
        "{} {} a={} {}",
        request.method(),
        request.raw_http_path(),
        query.first("a").unwrap_or_default(),
        String::from_utf8_lossy(request.body()),
    );
    let response = Response::builder().status(201).header("x-a", "1").header("x-a", "2");
    Ok(response.header("set-cookie", "a=1").header("set-cookie", "b=2").body(text.into())?)
}

async fn stream(_request: Request) -> Result<Response<Body>, Error> {
    let response = Response::builder().status(201).header("x-a", "1");
    Ok(response.header("set-cookie", "a=1").body("one two three".into())?)
}

#[expect(
    clippy::disallowed_methods,
    reason = "this program is no part of any crate: it has no one place to read the environment"
)]
fn fixture() -> String {
    std::env::var("FIXTURE").unwrap_or_default()
}
