//! What authors do under `/admin`, and what attackers try there; on every database.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may panic")]

mod client;
mod conflicts;
#[path = "../support/databases.rs"]
#[allow(dead_code, reason = "the tests of the store use more of it")]
mod databases;
mod entrance;
mod forgery;
mod hostile;
mod posts;
mod roles;
mod settings;
mod users;
