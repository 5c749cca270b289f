//! The pool on real servers: the installed PostgreSQL and MariaDB, with TLS.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

#[macro_use]
#[path = "pool/on_both.rs"]
mod on_both;

#[path = "pool/commits.rs"]
mod commits;
#[path = "pool/credentials.rs"]
mod credentials;
#[path = "pool/database.rs"]
mod database;
#[path = "pool/doctor.rs"]
mod doctor;
#[path = "pool/full_server.rs"]
mod full_server;
#[path = "pool/keeping.rs"]
mod keeping;
#[path = "pool/liveness.rs"]
mod liveness;
#[path = "pool/path.rs"]
mod path;
#[path = "pool/proxy.rs"]
mod proxy;
#[path = "pool/replays.rs"]
mod replays;
#[path = "pool/round_trips.rs"]
mod round_trips;
#[path = "pool/schema.rs"]
mod schema;
#[path = "pool/sessions.rs"]
mod sessions;
#[path = "pool/sqlx_pool.rs"]
mod sqlx_pool;
#[path = "pool/statements.rs"]
mod statements;
#[path = "pool/transactions.rs"]
mod transactions;
#[path = "pool/unavailable.rs"]
mod unavailable;
