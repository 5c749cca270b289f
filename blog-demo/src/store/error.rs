//! What can go wrong with the data.

use crate::database;

/// The result of reading or writing.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something was not read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no such thing.
    #[error("there is no such {0}")]
    Missing(&'static str),
    /// Somebody else has saved it since it was read.
    #[error("somebody else has saved this meanwhile")]
    Conflict,
    /// What was given can't be taken; the text says why.
    #[error("{0}")]
    Invalid(String),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] database::Error),
    /// What the database holds can't be read.
    #[error("the database holds {0}, which this program doesn't know")]
    Unknown(String),
}
