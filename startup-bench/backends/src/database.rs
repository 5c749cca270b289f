//! What the database servers have in common: the builder, the start, the handle.

use std::io;
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use crate::engine::{Engine, Site};
use crate::guard::Guard;
use crate::process::{Process, Spawn};
use crate::{CertificateAuthority, Error};

/// How long a server may take until it takes connections.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(2);

/// How often another port is tried when somebody else took the free one.
const PORTS: usize = 5;

/// A running database server with an empty database `app` of an account `app`. Dropping it ends the
/// server at once and removes its files.
#[derive(Debug)]
#[must_use = "dropping it ends the server"]
pub struct DatabaseServer<E> {
    // In this order: the server ends before its files go, and the guard before neither.
    process: Process,
    site: Site,
    settings: Vec<(String, String)>,
    engine: E,
    guard: Guard,
}

/// How a database server is started. [`DatabaseServer::builder`] makes one.
#[must_use = "nothing starts before `start`"]
pub struct DatabaseBuilder<'a, E> {
    address: IpAddr,
    settings: Vec<(String, String)>,
    authority: Option<&'a CertificateAuthority>,
    spawn: Option<Box<Spawn<'a>>>,
    engine: PhantomData<E>,
}

impl<E: Engine> DatabaseServer<E> {
    /// A builder: 127.0.0.1, the server's default of `max_connections`, a certificate authority of its
    /// own.
    pub fn builder<'a>() -> DatabaseBuilder<'a, E> {
        DatabaseBuilder {
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            settings: Vec::new(),
            authority: None,
            spawn: None,
            engine: PhantomData,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.site.address
    }

    /// The folder of its Unix socket. Only root and the server's own account come into it.
    pub fn socket_directory(&self) -> &Path {
        self.site.directory.path()
    }

    /// The file of the certificate that clients have to trust.
    pub fn authority_file(&self) -> PathBuf {
        self.site.authority_file()
    }

    /// The password of the account `app`.
    pub fn password(&self) -> &str {
        &self.site.password.0
    }

    /// The URL for the account `app` and the database `app`, with TLS that verifies the server, in the
    /// form that sqlx reads.
    pub fn url(&self) -> String {
        self.url_at(self.site.address)
    }

    /// The same URL at another address, as that of a relay. The certificate is good for 127.0.0.1,
    /// `localhost` and the address that the server listens on.
    pub fn url_at(&self, address: SocketAddr) -> String {
        E::url(&self.site, address)
    }

    /// The server's process id.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Shuts the server down in an orderly way and starts it again, at the same address and with the same
    /// data: whoever is connected is cut off, and whoever comes meanwhile is refused.
    ///
    /// # Errors
    /// If it does not come up again; then the error has the end of its log.
    pub fn restart(&mut self) -> Result<(), Error> {
        self.process.stop(E::STOPS_BY);
        let command = self.engine.server(&self.site, &self.settings)?;
        let process = Process::spawn(command, E::ENDS_BY, None)
            .map_err(|error| self.engine.refusal(error))?;
        self.guard.add(process.id())?;
        match ready::<E>(process, &self.site)? {
            Some(process) => self.process = process,
            None => {
                let output = self.site.end_of_log();
                return Err(Error::Failed { program: E::NAME.into(), output });
            }
        }
        self.execute(E::AFTER_EACH_START).map(drop)
    }

    /// Runs SQL as the administrator, over the Unix socket, and hands out the rows: one a line, columns
    /// separated by tabs.
    ///
    /// # Errors
    /// If the server refuses a statement, or its command-line client is missing.
    pub fn execute(&self, sql: &str) -> Result<String, Error> {
        self.engine.execute(&self.site, sql)
    }
}

impl<'a, E: Engine> DatabaseBuilder<'a, E> {
    /// The most connections at a time. Default: the server's own (PostgreSQL 100, MariaDB 151).
    pub fn max_connections(self, connections: u32) -> Self {
        self.setting("max_connections", &connections.to_string())
    }

    /// Any setting of the server's configuration file. A later one of the same name wins.
    pub fn setting(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.into(), value.into()));
        self
    }

    /// The address to listen on, as one inside a network namespace. Default: 127.0.0.1.
    pub fn listen_address(mut self, address: IpAddr) -> Self {
        self.address = address;
        self
    }

    /// Who signs the server's certificate. Default: an authority made for this server alone.
    pub fn authority(mut self, authority: &'a CertificateAuthority) -> Self {
        self.authority = Some(authority);
        self
    }

    /// Starts the server's command in a way of one's own, as inside a network namespace. It must become
    /// the server's process itself, not that process's parent. Programs that only prepare the data
    /// directory don't come this way.
    pub fn spawn_with(mut self, spawn: impl FnMut(Command) -> io::Result<Child> + 'a) -> Self {
        self.spawn = Some(Box::new(spawn));
        self
    }

    /// Makes the data directory, starts the server and waits until it takes connections.
    ///
    /// # Errors
    /// If the server is not installed, or does not start; then the error has the end of its log.
    pub fn start(mut self) -> Result<DatabaseServer<E>, Error> {
        let engine = E::find()?;
        let mut site = Site::new(E::ACCOUNT, self.address)?;
        let mut guard = Guard::new(E::ENDS_BY, site.directory.path())?;
        self.certify(&site)?;
        engine.prepare(&site)?;
        for _ in 0..PORTS {
            site.address.set_port(free_port(self.address)?);
            let command = engine.server(&site, &self.settings)?;
            let process = Process::spawn(command, E::ENDS_BY, self.spawn.as_deref_mut())
                .map_err(|error| engine.refusal(error))?;
            guard.add(process.id())?;
            if let Some(process) = ready::<E>(process, &site)? {
                let settings = self.settings;
                let server = DatabaseServer { process, site, settings, engine, guard };
                server.execute(E::AFTER_EACH_START)?;
                server.execute(&E::first_statements(&server.site))?;
                return Ok(server);
            }
        }
        Err(Error::Failed { program: E::NAME.into(), output: site.end_of_log() })
    }

    fn certify(&self, site: &Site) -> Result<(), Error> {
        let own;
        let authority = match self.authority {
            Some(authority) => authority,
            None => {
                own = CertificateAuthority::new()?;
                &own
            }
        };
        site.write("ca.pem", &authority.pem())?;
        let certificate = authority.certify(self.address)?;
        site.write("server.pem", &certificate.certificate_pem)?;
        site.write("server.key", &certificate.key_pem)?;
        Ok(())
    }
}

impl<E> std::fmt::Debug for DatabaseBuilder<'_, E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let settings = &self.settings;
        f.debug_struct("DatabaseBuilder")
            .field("address", &self.address)
            .field("settings", settings)
            .finish_non_exhaustive()
    }
}

/// Waits until the server takes connections; `None` if its port was taken meanwhile.
fn ready<E: Engine>(mut process: Process, site: &Site) -> Result<Option<Process>, Error> {
    let start = Instant::now();
    while !E::is_ready(site) {
        if let Some(status) = process.ended() {
            let log = site.end_of_log();
            if log.contains("Address already in use") {
                return Ok(None);
            }
            let program = format!("{} ({status})", E::NAME);
            return Err(Error::Failed { program, output: log });
        }
        if start.elapsed() > PATIENCE {
            let log = site.end_of_log();
            return Err(Error::NotReady { server: E::NAME, waited: PATIENCE, log });
        }
        std::thread::sleep(LOOK);
    }
    Ok(Some(process))
}

/// A port that is free now. Where the address is only inside a network namespace, one that is free on
/// this side of it.
fn free_port(address: IpAddr) -> Result<u16, Error> {
    TcpListener::bind((address, 0))
        .or_else(|_not_ours| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
        .and_then(|listener| Ok(listener.local_addr()?.port()))
        .map_err(Error::io("no free port"))
}
