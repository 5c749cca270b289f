//! Images: taken in, made smaller, kept, served; and what is refused.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]

mod blog;
#[cfg(feature = "s3")]
mod bucket;
mod hostile;
#[path = "../support/memory.rs"]
#[allow(dead_code, reason = "each test binary uses its own part of it")]
mod memory;
mod uploads;
