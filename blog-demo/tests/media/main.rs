//! Images: taken in, made smaller, kept, served; and what is refused.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]

mod blog;
#[cfg(feature = "s3")]
mod bucket;
mod hostile;
mod uploads;
