//! The orders, served by lambda_http: the program as it was.

use lambda_http::{Error, service_fn};
use lambda_http_migration::orders;

#[tokio::main]
async fn main() -> Result<(), Error> {
    lambda_http::run(service_fn(orders)).await
}
