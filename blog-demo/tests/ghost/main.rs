//! Ghost's data and API.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]

mod api;
mod blog;
mod client;
#[path = "../support/memory.rs"]
#[allow(dead_code, reason = "each test binary uses its own part of it")]
mod memory;
mod transfer;
