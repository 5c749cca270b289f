//! Real servers around an app, for benches and tests.
//!
//! [`PostgreSql`] and [`MariaDb`] are the installed database servers, each with a data directory of
//! its own, TLS and an account with a password. [`S3`] and [`HttpServer`] run in this process, with TLS
//! or without. [`Relay`] stands between an app and a server and gives the way a round-trip time. A
//! [`CertificateAuthority`] signs for all of them.
//!
//! Nothing listens on anything but loopback unless it is told to. Everything ends with its handle;
//! if the process is killed by SIGKILL, a guard process ends the servers and removes their files.
//!
//! Starting blocks for up to a second or two: in async code use tokio's `spawn_blocking`.

mod account;
mod authority;
mod database;
mod engine;
mod error;
mod guard;
mod http_server;
mod mariadb;
mod postgresql;
mod process;
mod programs;
mod relay;
#[cfg(feature = "s3")]
mod s3;
mod secret;

pub use authority::{CertificateAuthority, ServerCertificate};
pub use database::{DatabaseBuilder, DatabaseServer};
pub use error::Error;
pub use http_server::HttpServer;
pub use mariadb::MariaDb;
pub use postgresql::PostgreSql;
pub use relay::Relay;
#[cfg(feature = "s3")]
pub use s3::S3;
