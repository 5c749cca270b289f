//! Who is who: passwords, sessions, forged requests, and who may do what.

mod attempt;
mod client;
mod cookie;
mod csrf;
mod password;
mod permission;
mod session;
mod token;

pub use password::{Password, PasswordError};
pub use permission::Action;

pub(crate) use attempt::{Attempt, attempt, confirm};
pub(crate) use client::network;
pub(crate) use cookie::{Cookie, drop_cookie, set_cookie, value_of};
pub(crate) use csrf::{FormCookie, is_from_here};
pub(crate) use session::{begin, current, end};
pub(crate) use token::{Secret, hash, is_same};
