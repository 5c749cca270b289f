//! The private database server of one contender's storm.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use lambdafy_backends::{MariaDb, PostgreSql};

use crate::contenders::System;

/// PostgreSQL keeps so many slots for administrators alone; MariaDB has one more than its limit for
/// them.
const RESERVED: u32 = 3;

/// What full servers say, how often they are then asked again, and the pause between.
const FULL: [&str; 2] = ["Too many connections", "too many clients"];
const TRIES: u32 = 400;
const PAUSE: Duration = Duration::from_millis(25);

const MYSQL_TABLES: &str = "USE app;
CREATE TABLE texts (id int PRIMARY KEY, text varchar(100) NOT NULL);
INSERT INTO texts VALUES (1, 'What the invocation reads');
CREATE TABLE written (number bigint NOT NULL);
SET GLOBAL userstat = ON;
";

const POSTGRES_TABLES: &str = "\\connect app
SET ROLE app;
CREATE TABLE texts (id int PRIMARY KEY, text varchar(100) NOT NULL);
INSERT INTO texts VALUES (1, 'What the invocation reads');
CREATE TABLE written (number bigint NOT NULL);
";

/// A running server with two tables: `texts`, with a row to read, and `written`, whose numbers are no
/// key, so that a row that is written twice is seen.
#[derive(Debug)]
pub(super) enum Server {
    MariaDb(MariaDb),
    PostgreSql(PostgreSql),
}

impl Server {
    /// Starts one with so many slots for applications.
    pub(super) fn start(system: System, slots: u32) -> Result<Self> {
        let server = match system {
            System::Mysql => Self::MariaDb(MariaDb::builder().max_connections(slots).start()?),
            System::Postgres => {
                let builder = PostgreSql::builder().max_connections(slots + RESERVED);
                Self::PostgreSql(builder.start()?)
            }
        };
        server.execute(match system {
            System::Mysql => MYSQL_TABLES,
            System::Postgres => POSTGRES_TABLES,
        })?;
        Ok(server)
    }

    /// The URL for the application, with TLS.
    pub(super) fn url(&self) -> String {
        match self {
            Self::MariaDb(server) => server.url(),
            Self::PostgreSql(server) => server.url(),
        }
    }

    /// Where it listens.
    pub(super) fn address(&self) -> SocketAddr {
        match self {
            Self::MariaDb(server) => server.address(),
            Self::PostgreSql(server) => server.address(),
        }
    }

    /// The certificate that clients trust.
    pub(super) fn authority_file(&self) -> PathBuf {
        match self {
            Self::MariaDb(server) => server.authority_file(),
            Self::PostgreSql(server) => server.authority_file(),
        }
    }

    /// Shuts it down in an orderly way and starts it again.
    pub(super) fn restart(&mut self) -> Result<()> {
        match self {
            Self::MariaDb(server) => server.restart()?,
            Self::PostgreSql(server) => server.restart()?,
        }
        if matches!(self, Self::MariaDb(_)) {
            self.execute("SET GLOBAL userstat = ON")?;
        }
        Ok(())
    }

    /// Where the clients of the application's sessions are, as the server believes.
    pub(super) fn sessions(&self) -> Result<Vec<SocketAddr>> {
        let sql = match self {
            Self::MariaDb(_) => {
                "SELECT host FROM information_schema.processlist WHERE user = 'app'"
            }
            Self::PostgreSql(_) => {
                "SELECT host(client_addr) || ':' || client_port FROM pg_stat_activity \
                 WHERE usename = 'app' AND client_addr IS NOT NULL"
            }
        };
        Ok(self.execute(sql)?.lines().filter_map(|line| line.trim().parse().ok()).collect())
    }

    /// Does [`connects`](Self::connects) begin again with a restart?
    pub(super) const fn counts_anew(&self) -> bool {
        matches!(self, Self::MariaDb(_))
    }

    /// How often anybody has logged in to the application's database.
    pub(super) fn connects(&self) -> Result<u64> {
        let sql = match self {
            Self::MariaDb(_) => {
                "SELECT COALESCE(SUM(TOTAL_CONNECTIONS), 0) FROM information_schema.user_statistics \
                 WHERE USER = 'app'"
            }
            Self::PostgreSql(_) => "SELECT sessions FROM pg_stat_database WHERE datname = 'app'",
        };
        let answer = self.execute(sql)?;
        answer.trim().parse().with_context(|| format!("a number of connections, not '{answer}'"))
    }

    /// The numbers in `written`, and how often each is there.
    pub(super) fn written(&self) -> Result<BTreeMap<u64, u32>> {
        let sql = match self {
            Self::MariaDb(_) => "SELECT number FROM app.written",
            Self::PostgreSql(_) => "\\connect app\nSELECT number FROM written",
        };
        let mut written = BTreeMap::new();
        for line in self.execute(sql)?.lines() {
            let number = line.trim().parse().with_context(|| format!("no number: '{line}'"))?;
            *written.entry(number).or_insert(0) += 1;
        }
        Ok(written)
    }

    /// Also while it is full: the slots that it keeps for administrators are taken for a moment by everybody
    /// who comes, until they are refused.
    fn execute(&self, sql: &str) -> Result<String> {
        let mut tries = 0;
        loop {
            let answer = match self {
                Self::MariaDb(server) => server.execute(sql),
                Self::PostgreSql(server) => server.execute(sql),
            };
            tries += 1;
            match answer {
                Err(error) if tries < TRIES && is_full(&error) => std::thread::sleep(PAUSE),
                answer => return answer.context("the database server"),
            }
        }
    }
}

fn is_full(error: &lambdafy_backends::Error) -> bool {
    let said = error.to_string();
    FULL.iter().any(|full| said.contains(full))
}
