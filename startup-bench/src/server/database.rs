//! Where a site keeps its data, and what a server asks it.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, Result};
use lambdafy_backends::MariaDb;

/// The kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum System {
    /// A file.
    Sqlite,
    /// A private MariaDB, as the machine has it installed, without TLS.
    Mysql,
}

impl System {
    /// As on the command line and in reports.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Mysql => "mysql",
        }
    }
}

/// The database of one site.
#[derive(Debug)]
pub(super) enum Database {
    Sqlite(PathBuf),
    MariaDb(MariaDb),
}

/// What was asked of a database.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Asked {
    pub(super) connections: u64,
    /// Statements that were executed, prepared before or not.
    pub(super) queries: u64,
}

/// A log that is a table, empty.
const LOG: &str = "SET GLOBAL general_log = OFF; TRUNCATE mysql.general_log;
SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = ON;";

/// The application's account is in brackets also before it has logged in.
const COUNT: &str = "SET GLOBAL general_log = OFF;
SELECT COALESCE(SUM(command_type = 'Connect'), 0),
    COALESCE(SUM(command_type IN ('Query', 'Execute')), 0)
FROM mysql.general_log WHERE user_host LIKE '%[app]%';";

impl Database {
    pub(super) fn new(system: System, file: PathBuf) -> Result<Self> {
        Ok(match system {
            System::Sqlite => Self::Sqlite(file),
            System::Mysql => Self::MariaDb(MariaDb::builder().start()?),
        })
    }

    /// For sqlx; of a server on the same machine, without TLS.
    pub(super) fn url(&self) -> String {
        match self {
            Self::Sqlite(file) => format!("sqlite:{}", file.display()),
            Self::MariaDb(server) => {
                let (password, address) = (server.password(), server.address());
                format!("mysql://app:{password}@{address}/app?ssl-mode=DISABLED")
            }
        }
    }

    /// What Ghost finds it by.
    pub(super) fn variables_of_ghost(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Sqlite(file) => vec![
                ("database__client", "sqlite3".to_owned()),
                ("database__connection__filename", file.display().to_string()),
                ("database__useNullAsDefault", "true".to_owned()),
            ],
            Self::MariaDb(server) => {
                let address: SocketAddr = server.address();
                vec![
                    ("database__client", "mysql".to_owned()),
                    ("database__connection__host", address.ip().to_string()),
                    ("database__connection__port", address.port().to_string()),
                    ("database__connection__user", "app".to_owned()),
                    ("database__connection__password", server.password().to_owned()),
                    ("database__connection__database", "app".to_owned()),
                ]
            }
        }
    }

    /// Begins to count; false where that can't be seen.
    ///
    /// # Errors
    /// If the server refuses.
    pub(super) fn begin_count(&self) -> Result<bool> {
        let Self::MariaDb(server) = self else { return Ok(false) };
        server.execute(LOG)?;
        Ok(true)
    }

    /// What was asked since.
    ///
    /// # Errors
    /// As [`Self::begin_count`].
    pub(super) fn end_count(&self) -> Result<Asked> {
        let Self::MariaDb(server) = self else { return Ok(Asked::default()) };
        let answer = server.execute(COUNT)?;
        let mut numbers = answer.split_whitespace().map(str::parse);
        let mut next = || numbers.next().and_then(Result::ok);
        let counted = next().zip(next());
        let (connections, queries) = counted.with_context(|| format!("no counts: '{answer}'"))?;
        Ok(Asked { connections, queries })
    }
}
