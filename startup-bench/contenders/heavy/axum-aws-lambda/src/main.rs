//! The heavy app by `axum-aws-lambda`, as its README says.

use axum_aws_lambda::LambdaLayer;
use tower::Layer;

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    let app = LambdaLayer::default().layer(heavy_app::build().await?);
    lambda_http::run(app).await
}
