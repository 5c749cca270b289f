//! The program as whoever runs it has it: a server, a function, and its commands.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]

#[path = "../support/blog_folder.rs"]
mod blog_folder;
mod commands;
mod databases;
mod economy;
#[path = "../support/running.rs"]
mod running;
mod serving;
