//! Contender `lambdafy`: the product, through the two lines that its users write.

use bytes::Bytes;
use harness::{Error, Mode};
use lambdafy::{Invocation, LambdaLayer, Options, Reply};
use tower::{Layer, Service, ServiceExt};

fn main() -> Result<(), Error> {
    match Mode::from_args()? {
        Mode::Translate(translation) => {
            let mut service = LambdaLayer::new(Options::new()).layer(app::router());
            translation.run(async |event| -> Result<Bytes, Error> {
                match service.ready().await?.call(Invocation::new(event)).await? {
                    Reply::Buffered(result) => Ok(result),
                    _ => Err("expected a buffered reply".into()),
                }
            })
        }
        Mode::Function(_) => Ok(lambdafy::run(async || Ok(app::router()))?),
    }
}
