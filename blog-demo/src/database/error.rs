//! What can go wrong with a database.

use std::fmt;

/// Why a database did not do as it was told.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    source: sqlx::Error,
}

/// What a caller can tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A value that must be unique is there already.
    Taken,
    /// There is no connection to be had, or it was lost.
    Unavailable,
    /// The server takes the blog's text for something else than UTF-8.
    Characters,
    /// Anything else.
    Other,
}

impl Error {
    /// What kind it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    pub(super) fn of_characters() -> Self {
        let source = sqlx::Error::Protocol("character_set_client is not utf8mb4".into());
        Self { kind: ErrorKind::Characters, source }
    }
}

impl From<sqlx::Error> for Error {
    fn from(source: sqlx::Error) -> Self {
        let kind = match &source {
            sqlx::Error::Database(error) if error.is_unique_violation() => ErrorKind::Taken,
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => ErrorKind::Unavailable,
            _ => ErrorKind::Other,
        };
        Self { kind, source }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            ErrorKind::Taken => "the value is taken",
            ErrorKind::Unavailable => "the database cannot be reached",
            ErrorKind::Characters => {
                "the database server takes text for something else than utf8mb4: remove \
                 skip-character-set-client-handshake from its settings"
            }
            ErrorKind::Other => "the database refused a statement",
        })
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}
