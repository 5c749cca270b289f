//! An app without a framework: one function from a request to a response, as hyper's own guide
//! writes it.
//!
//! The function is generic over the body, so that the same one serves hyper's connections
//! (`Incoming`) and lambdafy's events ([`lambdafy::Body`]); one of the tests runs it behind
//! hyper's server. Only the wrapping differs: [`lambdafy::HyperService`] around hyper's
//! `service_fn`.
//!
//! Here, it is a web server:
//!
//! ```sh
//! cargo run -p hyper-service
//! curl --data 'quiet please' http://127.0.0.1:3000/shout
//! ```
//!
//! On AWS, the same binary is a function with a URL:
//!
//! ```sh
//! cargo lambda build --profile function -p hyper-service
//! cargo lambda deploy hyper-service --enable-function-url
//! ```

use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Body;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode, header};
use lambdafy::{BoxError, HyperService};

/// More is answered with 413.
const MAX_BODY_BYTES: usize = 64 * 1024;

fn main() -> Result<(), lambdafy::Error> {
    lambdafy::run(|| async { Ok(HyperService::new(service_fn(respond))) })
}

/// The app.
async fn respond<B>(request: Request<B>) -> Result<Response<Full<Bytes>>, BoxError>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    match (request.method(), request.uri().path()) {
        (&Method::GET | &Method::HEAD, "/") => {
            text(StatusCode::OK, "POST something to /shout or /count.\n")
        }
        (&Method::POST, "/shout") => match read(request).await? {
            Some(body) => {
                let body = String::from_utf8_lossy(&body).to_uppercase();
                text(StatusCode::OK, format!("{body}!\n"))
            }
            None => too_large(),
        },
        (&Method::POST, "/count") => match read(request).await? {
            Some(body) => text(StatusCode::OK, format!("{} bytes\n", body.len())),
            None => too_large(),
        },
        _ => text(StatusCode::NOT_FOUND, "There is nothing here.\n"),
    }
}

/// The whole body, or `None` if it is too large.
async fn read<B>(request: Request<B>) -> Result<Option<Bytes>, BoxError>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    let body = Limited::new(request.into_body(), MAX_BODY_BYTES);
    match body.collect().await {
        Ok(body) => Ok(Some(body.to_bytes())),
        Err(error) if error.is::<LengthLimitError>() => Ok(None),
        Err(error) => Err(error),
    }
}

fn too_large() -> Result<Response<Full<Bytes>>, BoxError> {
    let message = format!("At most {MAX_BODY_BYTES} bytes, please.\n");
    text(StatusCode::PAYLOAD_TOO_LARGE, message)
}

fn text(status: StatusCode, text: impl Into<Bytes>) -> Result<Response<Full<Bytes>>, BoxError> {
    let response = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "text/plain; charset=utf-8")
        .body(Full::new(text.into()))?;
    Ok(response)
}

#[cfg(test)]
mod tests {
    use hyper::client::conn::http1::handshake;
    use hyper::server::conn::http1;
    use hyper_util::rt::TokioIo;
    use lambdafy::{Invocation, LambdaLayer, Reply};
    use serde_json::{Value, json};
    use tower::{Layer, ServiceExt};

    use super::*;

    #[tokio::test]
    async fn a_load_balancers_event_is_answered() -> Result<(), BoxError> {
        let event = json!({
            "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:..."}},
            "httpMethod": "POST",
            "path": "/shout",
            "headers": {"x-forwarded-for": "203.0.113.7"},
            "body": "cXVpZXQgcGxlYXNl",
            "isBase64Encoded": true,
        });
        let service = LambdaLayer::default().layer(HyperService::new(service_fn(respond)));
        let reply = service.oneshot(Invocation::new(&*event.to_string())).await?;
        let Reply::Buffered(result) = reply else {
            panic!("answers are buffered by default");
        };
        let result: Value = serde_json::from_slice(&result)?;
        assert_eq!(result["statusCode"], 200);
        assert_eq!(result["body"], "QUIET PLEASE!\n");
        Ok(())
    }

    #[tokio::test]
    async fn the_same_function_serves_hypers_connections() -> Result<(), BoxError> {
        let (client, server) = tokio::io::duplex(1024);
        let service = service_fn(respond);
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(server), service));
        let (mut sender, connection) = handshake(TokioIo::new(client)).await?;
        tokio::spawn(connection);

        let request = Request::post("/shout").body("quiet please".to_owned())?;
        let response = sender.send_request(request).await?;
        assert_eq!(response.status(), StatusCode::OK);
        let body = response.into_body().collect().await?.to_bytes();
        assert_eq!(body, "QUIET PLEASE!\n");
        Ok(())
    }

    #[tokio::test]
    async fn a_large_body_is_refused() -> Result<(), BoxError> {
        let body = "a".repeat(MAX_BODY_BYTES + 1);
        let response = respond(Request::post("/count").body(body)?).await?;
        assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
        Ok(())
    }
}
