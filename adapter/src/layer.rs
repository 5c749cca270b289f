//! The tower layer, for those who build their own stack.

use std::sync::Arc;

use tower_layer::Layer;

use crate::{LambdaService, Options};

/// Makes a service for [`Invocation`](crate::Invocation)s out of one for requests.
///
/// [`run`](crate::run) and [`serve`](crate::serve) apply it; by hand it serves for tests, other
/// run loops and other platforms:
///
/// ```
/// use axum::{Router, routing::get};
/// use lambdafy::{Invocation, LambdaLayer, Options};
/// use tower::{Layer, ServiceExt};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), lambdafy::Error> {
/// let app: Router = Router::new().route("/", get(|| async { "hello" }));
/// let event = r#"{"version":"2.0","rawPath":"/","requestContext":{"http":{"method":"GET"}}}"#;
///
/// let service = LambdaLayer::new(Options::new()).layer(app);
/// let result = service.oneshot(Invocation::new(event)).await?.into_buffered();
/// assert!(result.is_some_and(|result| result.ends_with(br#""body":"hello"}"#)));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct LambdaLayer {
    options: Arc<Options>,
}

impl LambdaLayer {
    /// A layer with these options.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self { options: Arc::new(options) }
    }
}

impl<S> Layer<S> for LambdaLayer {
    type Service = LambdaService<S>;

    fn layer(&self, app: S) -> LambdaService<S> {
        LambdaService::new(app, self.options.clone())
    }
}
