//! The orders, served by lambdafy: one line differs from `before.rs`.
//!
//! The app keeps lambda_http's `Request`, `RequestExt` and `IntoResponse`; the feature
//! `lambda_http` of lambdafy gives it what they read.
//!
//! On AWS, behind an API Gateway or a load balancer:
//!
//! ```sh
//! cargo lambda build --profile function -p lambda-http-migration --bin lambda-http-migration
//! cargo lambda deploy lambda-http-migration --enable-function-url
//! ```
//!
//! Here, it is now a web server too, which it was not before:
//!
//! ```sh
//! cargo run -p lambda-http-migration
//! curl --json '{"item":"tea","count":2}' 'http://127.0.0.1:3000/orders?gift=yes'
//! ```

use lambda_http::{Error, service_fn};
use lambda_http_migration::orders;

#[tokio::main]
async fn main() -> Result<(), Error> {
    lambdafy::lambda_http::run(service_fn(orders)).await
}
