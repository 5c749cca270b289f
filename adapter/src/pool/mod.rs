//! Database connections for sandboxes that are frozen between invocations and end without
//! warning.
//!
//! sqlx connections to PostgreSQL (feature `pool-postgres`), MySQL and MariaDB (`pool-mysql`), in
//! a pool that needs no background task:
//!
//! ```no_run
//! use axum::{Router, extract::State, routing::get};
//! use lambdafy::pool::{PgPool, RetryAfterLayer};
//!
//! async fn orders(State(pool): State<PgPool>) -> Result<String, String> {
//!     let count: i64 = sqlx::query_scalar("SELECT count(*) FROM orders")
//!         .fetch_one(&pool)
//!         .await
//!         .map_err(|error| error.to_string())?;
//!     Ok(count.to_string())
//! }
//!
//! fn main() -> Result<(), lambdafy::Error> {
//!     lambdafy::run(|| async {
//!         let pool = PgPool::new("postgres://app:secret@localhost/orders")?;
//!         let app = Router::new().route("/orders", get(orders)).with_state(pool);
//!         Ok(app.layer(RetryAfterLayer::new()))
//!     })
//! }
//! ```
//!
//! What it does where, why, and what was measured is in [the guide](crate::guide::databases).

mod backend;
mod clock;
mod config;
mod connection;
mod connector;
mod deadline;
mod doctor;
mod end;
mod error;
mod executor;
mod freezes;
mod freshness;
mod handle;
mod idle;
mod inner;
mod keep;
mod layer;
#[cfg(feature = "pool-mysql")]
mod mysql;
#[cfg(feature = "pool-postgres")]
mod postgres;
mod reaper;
mod replay;
mod retry;
mod schema;
mod socket;
mod sqlx_pool;
mod status;
mod transaction;

pub use backend::{Backend, ConnectOptions};
pub use config::{Config, Keep};
pub use connection::Connection;
pub use connector::Ask;
pub use doctor::{Diagnosis, Finding};
pub use error::{Error, Waited};
pub use handle::Pool;
pub use layer::{RetryAfter, RetryAfterFuture, RetryAfterLayer};
pub use schema::{SchemaError, check_schema};
pub use sqlx_pool::PoolOptionsExt;
pub use status::Status;
pub use transaction::Transaction;

/// A pool of connections to PostgreSQL.
#[cfg(feature = "pool-postgres")]
pub type PgPool = Pool<sqlx::Postgres>;

/// A pool of connections to MySQL or MariaDB.
#[cfg(feature = "pool-mysql")]
pub type MySqlPool = Pool<sqlx::MySql>;
