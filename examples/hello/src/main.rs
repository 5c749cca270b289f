//! The smallest use: an axum app in `fn main()`, wrapped by one line.
//!
//! Here, it is a web server:
//!
//! ```sh
//! cargo run -p hello
//! curl http://127.0.0.1:3000/hello/Ana
//! ```
//!
//! On AWS, the same binary is a function with a URL:
//!
//! ```sh
//! cargo lambda build --profile function -p hello
//! cargo lambda deploy hello --enable-function-url
//! ```

use axum::{Router, extract::Path, routing::get};

fn main() -> Result<(), lambdafy::Error> {
    lambdafy::run(|| async { Ok(app()) })
}

fn app() -> Router {
    Router::new().route("/", get(|| async { "Hello!\n" })).route("/hello/{name}", get(hello))
}

async fn hello(Path(name): Path<String>) -> String {
    format!("Hello, {name}!\n")
}

#[cfg(test)]
mod tests {
    use lambdafy::{BoxError, Invocation, LambdaLayer, Reply};
    use serde_json::Value;
    use tower::{Layer, ServiceExt};

    const EVENT: &str = r#"{
        "version": "2.0",
        "rawPath": "/hello/Ana",
        "rawQueryString": "",
        "headers": {"accept": "*/*"},
        "requestContext": {"http": {"method": "GET", "sourceIp": "203.0.113.7"}}
    }"#;

    #[tokio::test]
    async fn an_event_is_answered_like_a_request() -> Result<(), BoxError> {
        let service = LambdaLayer::default().layer(super::app());
        let Reply::Buffered(result) = service.oneshot(Invocation::new(EVENT)).await? else {
            panic!("answers are buffered by default");
        };
        let result: Value = serde_json::from_slice(&result)?;
        assert_eq!(result["statusCode"], 200);
        assert_eq!(result["body"], "Hello, Ana!\n");
        Ok(())
    }
}
