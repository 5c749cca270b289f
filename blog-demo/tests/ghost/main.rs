//! Ghost's data and API.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]

mod api;
mod blog;
mod client;
mod transfer;
