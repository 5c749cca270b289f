//! The program as whoever runs it has it: a server, a function, and its commands.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]

mod commands;
mod folder;
mod serving;
