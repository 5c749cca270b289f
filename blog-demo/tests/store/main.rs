//! The data behaves the same on SQLite, MariaDB and PostgreSQL.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may panic")]

#[path = "../support/databases.rs"]
mod databases;
mod posts;
mod sessions;
mod tags_and_users;
