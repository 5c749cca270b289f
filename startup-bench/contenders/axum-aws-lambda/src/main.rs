//! Contender `axum-aws-lambda`: its layer around the router, run by lambda_http as its README says.

use axum_aws_lambda::LambdaLayer;
use harness::{Error, Mode};
use tower::Layer;

fn main() -> Result<(), Error> {
    let app = LambdaLayer::default().layer(app::router());
    match Mode::from_args()? {
        Mode::Translate(translation) => {
            let mut adapter = lambda_http::Adapter::from(app);
            translation
                .run(async |event| lambda_runtime_path::invoke(&mut adapter, event.freeze()).await)
        }
        Mode::Function(flavor) => flavor.block_on(lambda_http::run(app)),
    }
}
