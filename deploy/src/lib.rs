//! From a cargo project to API Gateway and AWS Lambda.

// Tests within the crate use the deployments of those beside it.
#[cfg(test)]
extern crate self as lambdafy_deploy;

pub mod check;
pub mod cloudformation;
mod deployment;
mod format;
mod init;
pub mod openapi;
mod partition;
pub mod policy;
mod project;
pub mod sam;
pub mod serverless;
pub mod settings;
pub mod ship;
pub mod terraform;
pub mod tree;
#[cfg(all(unix, feature = "dev"))]
pub mod twin;

pub use deployment::{ALIAS, Deployment, RoutesError};
pub use format::Format;
pub use init::{Change, init};
pub use project::{Project, ProjectError};
