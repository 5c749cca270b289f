//! What tells one database server from another, and the place of a running one.

use std::fmt::Debug;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use nix::sys::signal::Signal;
use tempfile::TempDir;

use crate::Error;
use crate::account::Account;
use crate::secret::Secret;

/// A kind of database server.
pub trait Engine: Debug + Sized {
    /// As people write it.
    const NAME: &'static str;
    /// The account that packages make for it.
    const ACCOUNT: &'static str;
    /// The signal that ends it at once with all its children.
    const ENDS_BY: Signal;
    /// The signal that lets it finish what it writes, cut off who is connected, and end.
    const STOPS_BY: Signal;
    /// What is run as the administrator after every start.
    const AFTER_EACH_START: &'static str;

    /// Finds its programs.
    fn find() -> Result<Self, Error>;
    /// What it means that the server's command could not be started.
    fn refusal(&self, error: io::Error) -> Error;
    /// Makes the data directory.
    fn prepare(&self, site: &Site) -> Result<(), Error>;
    /// The server's command.
    fn server(&self, site: &Site, settings: &[(String, String)]) -> Result<Command, Error>;
    /// Does it take connections?
    fn is_ready(site: &Site) -> bool;
    /// What is run as the administrator before anybody else comes for the first time.
    fn first_statements(site: &Site) -> String;
    /// Runs SQL as the administrator.
    fn execute(&self, site: &Site, sql: &str) -> Result<String, Error>;
    /// The URL for `app` with TLS that verifies the server.
    fn url(site: &Site, address: SocketAddr) -> String;
}

/// Where one server lives.
#[derive(Debug)]
pub struct Site {
    /// Certificates, the socket, the log, and `data`.
    pub(crate) directory: TempDir,
    pub(crate) account: Account,
    pub(crate) address: SocketAddr,
    /// Of `app`.
    pub(crate) password: Secret,
}

impl Site {
    pub(crate) fn new(account: &str, address: IpAddr) -> Result<Self, Error> {
        let directory = tempfile::Builder::new()
            .prefix("lambdafy-backends-")
            .tempdir()
            .map_err(Error::io("can't make a temporary directory"))?;
        let account = Account::unprivileged(account)?;
        account.own(directory.path())?;
        let site = Self {
            directory,
            account,
            address: SocketAddr::new(address, 0),
            password: Secret::random()?,
        };
        site.make_log()?;
        Ok(site)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn authority_file(&self) -> PathBuf {
        self.path("ca.pem")
    }

    /// Writes a file that only the server's account reads.
    pub(crate) fn write(&self, name: &str, text: &str) -> Result<PathBuf, Error> {
        let path = self.path(name);
        let doing = || format!("can't write {}", path.display());
        std::fs::write(&path, text).map_err(Error::io(doing()))?;
        let only_owner = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(&path, only_owner).map_err(Error::io(doing()))?;
        self.account.own(&path)?;
        Ok(path)
    }

    /// The file that the server's output goes to.
    pub(crate) fn log(&self) -> Result<std::fs::File, Error> {
        std::fs::File::options()
            .append(true)
            .open(self.path("log"))
            .map_err(Error::io("can't open the server's log"))
    }

    pub(crate) fn end_of_log(&self) -> String {
        let log = std::fs::read(self.path("log")).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }

    fn make_log(&self) -> Result<(), Error> {
        self.write("log", "").map(drop)
    }
}
