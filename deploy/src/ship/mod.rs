//! Shipping: build, upload, CloudFormation, migrations, the alias, the smoke test.
//!
//! All state lives in AWS: the stack has the function's name, the alias `live` says which version
//! gets requests, and the code is in a bucket under the digest of its zip. So any machine can go
//! on where another one stopped.

mod alias;
mod build;
mod cloud;
mod code;
mod deploy;
mod destroy;
mod error;
mod following;
mod logs;
mod migrations;
mod protection;
mod smoke;
mod stack;
mod status;
mod waiting;

pub use alias::{Rollback, rollback};
pub use build::{build, look_for_target};
pub use cloud::Cloud;
pub use code::Zip;
pub use deploy::{Deployed, Plan, deploy, plan};
pub use destroy::destroy;
pub use error::ShipError;
pub use logs::{LogLine, Logs};
pub use status::{Status, status};

/// Where to say what is going on: a step, or a detail of it.
#[derive(Clone, Copy)]
pub struct Progress<'a>(&'a dyn Fn(Said<'_>));

/// Something to be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said<'a> {
    /// A step begins.
    Step(&'a str),
    /// Something that happens in it.
    Detail(&'a str),
}

impl<'a> Progress<'a> {
    /// Calls a function with all that is to be said.
    pub fn new(say: &'a dyn Fn(Said<'_>)) -> Self {
        Self(say)
    }

    fn step(self, text: &str) {
        (self.0)(Said::Step(text));
    }

    fn detail(self, text: &str) {
        (self.0)(Said::Detail(text));
    }
}

impl std::fmt::Debug for Progress<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Progress").finish_non_exhaustive()
    }
}
