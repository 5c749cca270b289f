//! What can go wrong in the emulator itself; a function's own failures are [`FunctionError`]s.
//!
//! [`FunctionError`]: crate::FunctionError

use std::fmt;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// The emulator could not do what was asked.
///
/// A function that fails is no such error: that is an answer with a
/// [`FunctionError`](crate::FunctionError), as on Lambda.
pub struct Error {
    kind: ErrorKind,
    message: String,
    source: Option<Source>,
}

/// What can be told apart in an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting makes no sense.
    Configuration,
    /// A listener or a process could not be started.
    Start,
    /// The event is larger than Lambda takes: 6 MiB.
    TooLarge,
    /// Every sandbox is busy and no more may be started.
    Throttled,
    /// The emulator is stopped.
    Stopped,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    #[must_use]
    pub(crate) fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What kind of error it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message)?;
        match &self.source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.source {
            Some(source) => Some(source.as_ref()),
            None => None,
        }
    }
}
