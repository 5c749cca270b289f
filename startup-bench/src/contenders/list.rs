//! Who they are.

use super::{Contender, Heavy, Hello};

/// The adapter that ratios and targets refer to.
pub(crate) const LAMBDA_HTTP: &str = "lambda_http";
/// The same on a current-thread runtime.
pub(crate) const LAMBDA_HTTP_CURRENT: &str = "lambda_http-current-thread";
/// What no adapter can save.
pub(crate) const ROUTER: &str = "router";
/// The contender that the targets are for.
pub(crate) const PRODUCT: &str = "lambdafy";

/// The one that migrates the heavy app's database for those that don't, with which it is built.
pub(crate) const MIGRATES: &str = "lambdafy-unmodified";

pub(super) const ALL: &[Contender] = &[
    Contender {
        name: LAMBDA_HTTP,
        hello: Some(Hello::Translator("lambda_http-contender", "multi-thread")),
        heavy: Some(Heavy::Function("heavy-lambda_http-contender")),
    },
    Contender {
        name: LAMBDA_HTTP_CURRENT,
        hello: Some(Hello::Function("lambda_http-contender", "current-thread")),
        heavy: None,
    },
    Contender {
        name: "axum-aws-lambda",
        hello: Some(Hello::Translator("axum-aws-lambda-contender", "multi-thread")),
        heavy: Some(Heavy::Function("heavy-axum-aws-lambda-contender")),
    },
    Contender {
        name: "web-adapter",
        hello: Some(Hello::WebServer("web-app-contender")),
        heavy: Some(Heavy::WebServer("heavy-web-app-contender")),
    },
    Contender {
        name: "bare-lambda-runtime",
        hello: Some(Hello::Function("bare-lambda-runtime-contender", "multi-thread")),
        heavy: None,
    },
    Contender {
        name: "bare-lambda-runtime-current-thread",
        hello: Some(Hello::Function("bare-lambda-runtime-contender", "current-thread")),
        heavy: None,
    },
    Contender { name: "serverless-express", hello: Some(Hello::Node), heavy: None },
    Contender { name: "mangum", hello: Some(Hello::Python), heavy: None },
    Contender { name: ROUTER, hello: Some(Hello::Router("router-contender")), heavy: None },
    Contender {
        name: PRODUCT,
        hello: Some(Hello::Translator("lambdafy-contender", "current-thread")),
        heavy: Some(Heavy::Function("heavy-lambdafy-contender")),
    },
    Contender {
        name: MIGRATES,
        hello: None,
        heavy: Some(Heavy::Function("heavy-lambdafy-unmodified-contender")),
    },
    Contender {
        name: "lambdafy-eager",
        hello: None,
        heavy: Some(Heavy::Migrated("heavy-lambdafy-eager-contender")),
    },
    Contender {
        name: "lambdafy-tuned",
        hello: None,
        heavy: Some(Heavy::Migrated("heavy-lambdafy-tuned-contender")),
    },
];
