//! What readers get.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may panic")]

mod blog;
mod caching;
mod hostile;
#[path = "../support/memory.rs"]
#[allow(dead_code, reason = "each test binary uses its own part of it")]
mod memory;
mod pages;
