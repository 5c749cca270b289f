//! The heavy app by `lambda_http`, as its README says.

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    lambda_http::run(heavy_app::build().await?).await
}
