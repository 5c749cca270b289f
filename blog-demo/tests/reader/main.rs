//! What readers get.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may panic")]

mod blog;
mod caching;
mod hostile;
mod pages;
