//! How to move an app over and how to start fast, one page each.

/// For an app that runs on a server of its own today.
#[doc = include_str!("../docs/from-an-axum-server.md")]
pub mod from_an_axum_server {}

/// For a function written with lambda_http or axum-aws-lambda.
#[doc = include_str!("../docs/from-lambda-http.md")]
pub mod from_lambda_http {}

/// For those who know serverless-express from Node.
#[doc = include_str!("../docs/from-serverless-express.md")]
pub mod from_serverless_express {}

/// What a cold start's time goes into, how to see it, and how to cut it.
#[doc = include_str!("../docs/cold-start.md")]
pub mod cold_start {}

/// For apps with a database: what the pool does where, and why.
#[cfg(feature = "pool")]
#[doc = include_str!("../docs/databases.md")]
pub mod databases {}
