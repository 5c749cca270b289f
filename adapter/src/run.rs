//! The entry points: the same binary is a function on Lambda and a server everywhere else.

use std::future::Future;

use http::{Request, Response};
use tower_service::Service;

use crate::runtime::env::{self, Environment};
use crate::{Body, BoxError, Error, ErrorKind, Options, runtime, server, startup};

/// An app: a cloneable service from requests to responses, such as an axum `Router`.
///
/// Implemented for every such service; nobody needs to implement it.
pub trait App:
    Service<
        Request<Body>,
        Response = Response<Self::ResponseBody>,
        Error: Into<BoxError> + 'static,
        Future: Send + 'static,
    > + Clone
    + Send
    + 'static
{
    /// The body of its responses.
    type ResponseBody: http_body::Body<Data: Send, Error: Into<BoxError>> + Send + 'static;
}

impl<S, B> App for S
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<BoxError> + 'static,
    S::Future: Send + 'static,
    B: http_body::Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    type ResponseBody = B;
}

/// Makes the app and serves it, from a plain `fn main()`.
///
/// On Lambda it answers invocations; elsewhere it serves HTTP/1.1 and HTTP/2 on `HOST` and `PORT`
/// (127.0.0.1:3000 unless they are set) until SIGTERM or an interrupt, and lets open requests
/// end. The runtime is tokio's current-thread one: a sandbox has one request at a time, and the
/// multi-threaded runtime doubles the cost of each. On Managed Instances, which send many at a
/// time, it is the multi-threaded one.
///
/// ```no_run
/// use axum::{Router, routing::get};
///
/// fn main() -> Result<(), lambdafy::Error> {
///     lambdafy::run(|| async { Ok(Router::new().route("/", get(|| async { "hello" }))) })
/// }
/// ```
///
/// # Errors
///
/// `make_app` fails or panics, which Lambda is told as an init error; a `LAMBDAFY_*` variable is
/// wrong; the address is taken; the Runtime API cannot be reached.
pub fn run<A, F>(make_app: impl FnOnce() -> F) -> Result<(), Error>
where
    A: App,
    F: Future<Output = Result<A, BoxError>>,
{
    run_in(Environment::read(Options::from_env), make_app)
}

/// [`run`] with options of the app's own; `LAMBDAFY_*` variables are not read, but for
/// `LAMBDAFY_STARTUP_REPORT` (see [`startup`]).
///
/// # Errors
///
/// As [`run`].
pub fn run_with<A, F>(options: Options, make_app: impl FnOnce() -> F) -> Result<(), Error>
where
    A: App,
    F: Future<Output = Result<A, BoxError>>,
{
    run_in(Environment::read(|| Ok(options)), make_app)
}

/// Serves the app from an `async fn main` that has a tokio runtime of its own.
///
/// ```no_run
/// use axum::{Router, routing::get};
///
/// #[tokio::main]
/// async fn main() -> Result<(), lambdafy::Error> {
///     lambdafy::serve(Router::new().route("/", get(|| async { "hello" }))).await
/// }
/// ```
///
/// # Errors
///
/// As [`run`].
pub async fn serve<A: App>(app: A) -> Result<(), Error> {
    serve_in(Environment::read(Options::from_env), app).await
}

/// [`serve`] with options of the app's own; `LAMBDAFY_*` variables are not read, but for
/// `LAMBDAFY_STARTUP_REPORT` (see [`startup`]).
///
/// # Errors
///
/// As [`run`].
pub async fn serve_with<A: App>(options: Options, app: A) -> Result<(), Error> {
    serve_in(Environment::read(|| Ok(options)), app).await
}

async fn serve_in<A: App>(environment: Environment, app: A) -> Result<(), Error> {
    startup::main_entered();
    start(environment, || async { Ok(app) }).await
}

fn run_in<A, F>(environment: Environment, make_app: impl FnOnce() -> F) -> Result<(), Error>
where
    A: App,
    F: Future<Output = Result<A, BoxError>>,
{
    startup::main_entered();
    let mut builder = if environment.max_concurrency > 1 {
        tokio::runtime::Builder::new_multi_thread()
    } else {
        tokio::runtime::Builder::new_current_thread()
    };
    #[cfg(feature = "no-delay")]
    if environment.settings.as_ref().is_ok_and(|settings| settings.options.no_delay) {
        runtime::set_no_delay(&mut builder);
    }
    let runtime = builder.enable_all().build().map_err(|error| {
        Error::new(ErrorKind::Init, "tokio's runtime cannot be built").with_source(error)
    })?;
    startup::runtime_built();
    runtime.block_on(start(environment, make_app))
}

async fn start<A, F>(environment: Environment, make_app: impl FnOnce() -> F) -> Result<(), Error>
where
    A: App,
    F: Future<Output = Result<A, BoxError>>,
{
    match environment.runtime_api {
        Some(address) => runtime::run(&address, environment.settings, make_app).await,
        None => {
            // What would be wrong on Lambda is wrong here, where it is seen first.
            environment.settings?;
            let address = env::local_address()?;
            let app = runtime::make(make_app).await.inspect_err(|_| startup::failed())?;
            server::serve(address, app).await
        }
    }
}
