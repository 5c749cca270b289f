use std::io;
use std::time::Duration;

/// Why a server isn't there.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A program is not installed.
    Missing {
        /// What was looked for.
        program: &'static str,
        /// The Debian package that has it.
        package: &'static str,
    },
    /// A program ended with an error.
    Failed {
        /// The program.
        program: String,
        /// The end of what it wrote.
        output: String,
    },
    /// A server runs but takes no connections.
    NotReady {
        /// The server.
        server: &'static str,
        /// How long it was waited for.
        waited: Duration,
        /// The end of its log.
        log: String,
    },
    /// The operating system refused something.
    Io {
        /// What was tried.
        doing: String,
        /// Its answer.
        source: io::Error,
    },
    /// A certificate could not be made.
    Certificate(rcgen::Error),
}

impl Error {
    /// For `map_err`: what was tried when the error came.
    pub(crate) fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        |source| Self::Io { doing: doing.into(), source }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing { program, package } => write!(
                f,
                "{program} was not found: install {package}, on Debian: apt-get install {package}"
            ),
            Self::Failed { program, output } => write!(f, "{program} failed: {}", output.trim()),
            Self::NotReady { server, waited, log } => write!(
                f,
                "{server} took no connections within {} s; the end of its log:\n{}",
                waited.as_secs(),
                log.trim()
            ),
            Self::Io { doing, source } => write!(f, "{doing}: {source}"),
            Self::Certificate(source) => write!(f, "can't make a certificate: {source}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::Certificate(source) => Some(source),
            Self::Missing { .. } | Self::Failed { .. } | Self::NotReady { .. } => None,
        }
    }
}
