//! AWS Lambda on this machine, for tests: sandboxes, the Runtime API, and the HTTP front doors.
//!
//! Any executable that speaks the Runtime API runs in it, built with whatever it likes.
//!
//! - [`Emulator`]: a function in sandboxes, one process each, started on demand, behind a
//!   [`FrontDoor`] that turns HTTP requests into events exactly as AWS does.
//! - [`RuntimeApi`]: the Runtime API alone, without a process, for the tests of a runtime.
//!
//! ```no_run
//! # async fn doc() -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//! use lambdafy_emulator::{Emulator, FrontDoor};
//!
//! let emulator = Emulator::builder()
//!     .app("target/debug/my-function")
//!     .source(FrontDoor::FunctionUrlStream)
//!     .timeout(Duration::from_secs(10))
//!     .max_sandboxes(4)
//!     .start()
//!     .await?;
//! println!("listening on {}", emulator.url());
//! # Ok(())
//! # }
//! ```
//!
//! # A test of your own
//!
//! A test starts an emulator with the function's binary (in a test of its package,
//! `env!("CARGO_BIN_EXE_my-function")`), sends HTTP, and does to sandboxes what Lambda does:
//!
//! ```no_run
//! use std::time::Duration;
//! use lambdafy_emulator::{Emulator, FrontDoor, SandboxState};
//!
//! # async fn get(url: &str) -> u16 { 200 }
//! # async fn doc() -> Result<(), Box<dyn std::error::Error>> {
//! let emulator = Emulator::builder()
//!     .app("target/debug/my-function")
//!     .source(FrontDoor::HttpApi)
//!     .env("DATABASE_URL", "postgres://127.0.0.1:5432/test")
//!     .reach(([127, 0, 0, 1], 5432)) // each sandbox has a network of its own, and reaches this
//!     .start()
//!     .await?;
//!
//! // A cold start, with any HTTP client.
//! assert_eq!(get(&format!("{}/orders", emulator.url())).await, 200);
//! let sandbox = emulator.sandboxes().remove(0);
//! assert!(sandbox.init_duration() < Some(Duration::from_secs(1)));
//!
//! // It stands still, as between two invocations hours apart: are its connections still good?
//! sandbox.freeze();
//! assert_eq!(sandbox.state(), SandboxState::Frozen);
//! // ... restart the database ...
//! assert_eq!(get(&format!("{}/orders", emulator.url())).await, 200);
//! assert_eq!(sandbox.invocations(), 2, "the same sandbox, thawed");
//!
//! // It is gone without a word, also to the database: the next request starts another.
//! sandbox.vanish();
//! sandbox.ended().await;
//! assert_eq!(get(&format!("{}/orders", emulator.url())).await, 200);
//! assert_eq!(emulator.sandboxes()[0].number(), 2);
//! # Ok(())
//! # }
//! ```
//!
//! # Limits
//!
//! Unix only. Nothing listens on anything but loopback, and nothing is authenticated. What of
//! Lambda's sandboxes this machine can't do (cgroups, mounts and networks need root on Linux) is said by
//! [`Emulator::limits`], and once by [`Activity::Notice`].
//!
//! # When it ends
//!
//! Every sandbox leads a process group of its own, which is killed as a whole: when the sandbox
//! ends, when the [`Emulator`] is dropped, and, by a small guard process, when this process is
//! itself killed.

mod accept;
mod activity;
mod base64;
mod body;
mod builder;
mod emulator;
mod error;
mod failure;
mod fleet;
mod front_door;
mod function;
mod host;
mod ids;
mod invocation;
mod invoke_api;
mod percent;
mod runtime_api;
mod sandbox;
mod time;

pub use activity::Activity;
pub use builder::EmulatorBuilder;
pub use emulator::Emulator;
pub use error::{Error, ErrorKind};
pub use front_door::FrontDoor;
pub use function::Function;
pub use host::{Feature, Limit};
pub use invocation::{FunctionError, Invocation, Invoked, LogLine};
pub use runtime_api::{
    Answer, BufferedAnswer, Call, Pending, RuntimeApi, RuntimeApiBuilder, ShutdownReason,
    StreamingAnswer,
};
pub use sandbox::{EndReason, Ending, Sandbox, SandboxState};
