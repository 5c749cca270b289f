//! Contender `lambda_http`: `lambda_http::run(router)` with its default features.

use harness::{Error, Mode};

fn main() -> Result<(), Error> {
    match Mode::from_args()? {
        Mode::Translate(translation) => {
            let mut adapter = lambda_http::Adapter::from(app::router());
            translation
                .run(async |event| lambda_runtime_path::invoke(&mut adapter, event.freeze()).await)
        }
        Mode::Function(flavor) => flavor.block_on(lambda_http::run(app::router())),
    }
}
