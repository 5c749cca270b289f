//! Lambda's own API on loopback, as far as it invokes: what `aws-sdk-lambda` and
//! `cargo lambda invoke` talk to.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html> and
//! <https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html>. Signatures
//! are not looked at. The names of errors are the documented ones; people have also seen
//! `RequestEntityTooLargeException` where `RequestTooLargeException` is documented.

mod asynchronous;
mod event_stream;
mod refusal;
mod request;
mod server;
mod streaming;
mod synchronous;
mod target;

pub(crate) use server::{listen, serve};
