//! Why there is no connection.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use crate::BoxError;

/// Why a [`Pool`](super::Pool) could not give a connection.
///
/// Callers match on it: the first three pass by themselves and are answered with 503 and
/// `Retry-After` by [`RetryAfterLayer`](super::RetryAfterLayer), the others need a change.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The server had no free slot, or was starting or stopping, in all the time there was.
    Busy(Waited),
    /// The server could not be reached in all the time there was.
    Unreachable(Waited),
    /// All of the process's own connections stayed in use in all the time there was.
    Exhausted {
        /// How many there are: [`Config::max_connections`](super::Config::max_connections).
        max_connections: usize,
        /// How long the wait was.
        waited: Duration,
    },
    /// The server refused the connection, and would again: the password, the database's name,
    /// the certificate.
    Refused(sqlx::Error),
    /// The provider of the connect options failed.
    Options(BoxError),
    /// The pool is closed.
    Closed,
}

/// How long was tried, how often, and what came last.
#[derive(Debug)]
pub struct Waited {
    pub(super) waited: Duration,
    pub(super) attempts: u32,
    pub(super) last: Option<sqlx::Error>,
}

impl Waited {
    /// How long it was tried.
    #[must_use]
    pub fn waited(&self) -> Duration {
        self.waited
    }

    /// How often the server was asked.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }
}

impl Error {
    /// When it may be worth to come back; `None` for what does not pass by itself. 1 s: dead
    /// sessions and a server's restart take about as long.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy(_) | Self::Unreachable(_) | Self::Exhausted { .. } => {
                Some(Duration::from_secs(1))
            }
            Self::Refused(_) | Self::Options(_) | Self::Closed => None,
        }
    }

    /// The error of a pool in an error and its causes: statements that are run on the pool itself
    /// fail with sqlx's error, which carries it.
    #[must_use]
    pub fn find<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e Self> {
        let mut cause = Some(error);
        while let Some(error) = cause {
            if let Some(found) = error.downcast_ref() {
                return Some(found);
            }
            cause = error.source();
        }
        None
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy(waited) => write!(
                f,
                "the database server had no free connection {waited}: raise its limit, or keep and \
                 use fewer connections"
            ),
            Self::Unreachable(waited) => write!(
                f,
                "the database server could not be reached {waited}: check its address, security \
                 groups and whether it runs"
            ),
            Self::Exhausted { max_connections, waited } => write!(
                f,
                "all {max_connections} of the pool's connections stayed in use for {waited:?}: \
                 drop a connection before another is asked for, or set max_connections"
            ),
            Self::Refused(error) => {
                write!(f, "the database server refused the connection: {error}")
            }
            Self::Options(error) => write!(f, "the connect options could not be had: {error}"),
            Self::Closed => f.write_str("the pool is closed"),
        }
    }
}

impl fmt::Display for Waited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "in {:?} and {} attempts", self.waited, self.attempts)?;
        match &self.last {
            Some(error) => write!(f, " ({error})"),
            None => Ok(()),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Busy(waited) | Self::Unreachable(waited) => {
                waited.last.as_ref().map(|error| error as &(dyn StdError + 'static))
            }
            Self::Refused(error) => Some(error),
            Self::Options(error) => Some(&**error as &(dyn StdError + 'static)),
            Self::Exhausted { .. } | Self::Closed => None,
        }
    }
}

/// For statements that are run on the pool itself; [`Error::find`] finds it again.
impl From<Error> for sqlx::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Closed => Self::PoolClosed,
            Error::Refused(error) => error,
            error => Self::AnyDriverError(Box::new(error)),
        }
    }
}
