//! The one error type of the crate.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

/// A boxed error of any kind, as tower, axum and lambda_http use it.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// What went wrong, in a message that says what was expected, what came and what to do.
///
/// Match on [`Error::kind`] to tell cases apart; the cause, where there is one, is the
/// [`source`](StdError::source).
///
/// ```
/// use lambdafy::{event, ErrorKind, Options};
///
/// let error = event::to_request("{\"version\":", &Options::new()).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidEvent);
/// assert_eq!(error.to_string(), "the event is not valid JSON: it ends at byte 11, a value was expected");
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: Cow<'static, str>,
    source: Option<BoxError>,
}

/// What an [`Error`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The event is not JSON, or a field that shapes the request has the wrong type or value.
    InvalidEvent,
    /// The event's body, or the answer, is larger than the platform or the options allow.
    TooLarge,
    /// An option or a `LAMBDAFY_*` environment variable has a value that is not known.
    Options,
    /// The app's service returned an error or panicked, or its answer's body failed.
    App,
    /// The app could not be started.
    Init,
    /// The Runtime API could not be reached or answered out of protocol.
    RuntimeApi,
    /// The local server could not listen or accept.
    Io,
}

impl Error {
    /// What the error is about.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    pub(crate) fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner { kind, message: message.into(), source: None }))
    }

    pub(crate) fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    #[cold]
    pub(crate) fn event(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::InvalidEvent, message)
    }

    /// The error type that the Runtime API's error report carries.
    pub(crate) fn type_name(&self) -> &'static str {
        match self.0.kind {
            ErrorKind::InvalidEvent => "Lambdafy.InvalidEvent",
            ErrorKind::TooLarge => "Lambdafy.TooLarge",
            ErrorKind::Options => "Lambdafy.Options",
            ErrorKind::App => "Lambdafy.App",
            ErrorKind::Init => "Lambdafy.Init",
            ErrorKind::RuntimeApi => "Lambdafy.RuntimeApi",
            ErrorKind::Io => "Lambdafy.Io",
        }
    }

    /// The message followed by the messages of all causes.
    pub(crate) fn chain(&self) -> String {
        let mut text = self.0.message.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            let message = error.to_string();
            if !text.ends_with(&message) {
                text.push_str(": ");
                text.push_str(&message);
            }
            cause = error.source();
        }
        text
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

/// What `fn main() -> Result<(), lambdafy::Error>` prints: the message and its causes, one line.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.chain())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| &**source as &(dyn StdError + 'static))
    }
}
