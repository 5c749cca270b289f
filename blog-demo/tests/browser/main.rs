//! Stories in a real browser, Debian's Chromium: the program as a server, and as a function behind a
//! front door.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may panic")]

#[path = "../support/blog_folder.rs"]
#[allow(dead_code, reason = "the tests of the program use more of it")]
mod blog_folder;
#[cfg(feature = "s3")]
mod bucket;
#[path = "../support/running.rs"]
mod running;
mod stories;
