use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;

use nix::sys::signal::Signal;

use crate::Error;
use crate::database::DatabaseServer;
use crate::engine::{Engine, Site};
use crate::programs::Programs;

/// The installed PostgreSQL, the newest version of several.
///
/// The account `app` logs in by SCRAM-SHA-256 over TCP, with TLS or without. Over the Unix socket
/// everybody is who they say: only root and the server's own account can come that way. `fsync` is
/// off, and so is whatever else only helps after a crash of the machine.
///
/// ```no_run
/// use lambdafy_backends::PostgreSql;
///
/// # fn main() -> Result<(), lambdafy_backends::Error> {
/// let server = PostgreSql::builder().max_connections(20).setting("idle_session_timeout", "3s").start()?;
/// server.execute("ALTER ROLE app CONNECTION LIMIT 15")?;
/// println!("{}", server.url()); // postgres://app:...@127.0.0.1:40123/app?sslmode=verify-full&...
/// # Ok(())
/// # }
/// ```
pub type PostgreSql = DatabaseServer<PostgreSqlEngine>;

/// PostgreSQL's programs.
#[derive(Debug)]
pub struct PostgreSqlEngine(Programs);

/// Where Debian keeps the versions, one folder each.
const VERSIONS: &str = "/usr/lib/postgresql";

/// Nothing outlives these servers, so nothing is worth waiting for a disk.
const CONFIGURATION: &str = "\
fsync = off
synchronous_commit = off
full_page_writes = off
password_encryption = 'scram-sha-256'
ssl = on
ssl_cert_file = '../server.pem'
ssl_key_file = '../server.key'
";

const HOST_RULES: &str = "\
local all all trust
host all all all scram-sha-256
";

impl Engine for PostgreSqlEngine {
    const NAME: &'static str = "PostgreSQL";
    const ACCOUNT: &'static str = "postgres";
    // "Immediate shutdown": the only one that waits for nobody and still ends the children.
    const ENDS_BY: Signal = Signal::SIGQUIT;
    // "Fast shutdown".
    const STOPS_BY: Signal = Signal::SIGINT;
    const AFTER_EACH_START: &'static str = "";

    fn find() -> Result<Self, Error> {
        Programs::find("postgres", "postgresql", versions()).map(Self)
    }

    fn refusal(&self, error: io::Error) -> Error {
        self.0.refusal("postgres", error)
    }

    fn prepare(&self, site: &Site) -> Result<(), Error> {
        let mut command = self.0.command("initdb");
        command.args(["--no-sync", "--no-instructions", "--auth=trust", "--username=postgres"]);
        command.args(["--encoding=UTF8", "--locale=C"]).arg("--pgdata").arg(site.path("data"));
        command.current_dir(site.directory.path());
        site.account.put_on(&mut command);
        self.0.run(&mut command, "initdb")?;
        site.write("data/pg_hba.conf", HOST_RULES).map(drop)
    }

    fn server(&self, site: &Site, settings: &[(String, String)]) -> Result<Command, Error> {
        let mut text = CONFIGURATION.to_owned();
        let own = [
            ("listen_addresses", site.address.ip().to_string()),
            ("port", site.address.port().to_string()),
            ("unix_socket_directories", site.directory.path().display().to_string()),
        ];
        for (name, value) in own.iter().map(|(name, value)| (*name, value.as_str())) {
            text += &line(name, value);
        }
        for (name, value) in settings {
            text += &line(name, value);
        }
        site.write("data/postgresql.conf", &text)?;
        let mut command = self.0.command("postgres");
        command.arg("-D").arg(site.path("data")).current_dir(site.directory.path());
        // Its messages are read: in English.
        command.env("LC_ALL", "C").stdout(site.log()?).stderr(site.log()?);
        site.account.put_on(&mut command);
        Ok(command)
    }

    /// By what `pg_ctl` looks at too, since it works from outside a network namespace.
    fn is_ready(site: &Site) -> bool {
        let file = std::fs::read_to_string(site.path("data/postmaster.pid")).unwrap_or_default();
        file.lines().nth(7).is_some_and(|status| status.trim() == "ready")
    }

    fn first_statements(site: &Site) -> String {
        let password = &site.password.0;
        format!("CREATE ROLE app LOGIN PASSWORD '{password}';\nCREATE DATABASE app OWNER app;\n")
    }

    fn execute(&self, site: &Site, sql: &str) -> Result<String, Error> {
        let mut command = self.0.command("psql");
        command.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"]);
        command.args(["--field-separator=\t", "--set=ON_ERROR_STOP=1", "--username=postgres"]);
        command.arg("--host").arg(site.directory.path());
        command.arg(format!("--port={}", site.address.port())).arg("--dbname=postgres");
        self.0.run_with_input(&mut command, "psql", sql)
    }

    fn url(site: &Site, address: SocketAddr) -> String {
        let (password, authority) = (&site.password.0, site.authority_file());
        let authority = authority.display();
        format!(
            "postgres://app:{password}@{address}/app?sslmode=verify-full&sslrootcert={authority}"
        )
    }
}

fn line(name: &str, value: &str) -> String {
    format!("{name} = '{}'\n", value.replace('\'', "''"))
}

/// The folders of programs, the newest version first.
fn versions() -> Vec<PathBuf> {
    let Ok(folders) = std::fs::read_dir(VERSIONS) else { return Vec::new() };
    let mut versions: Vec<(u32, PathBuf)> = folders
        .filter_map(|folder| {
            let folder = folder.ok()?;
            Some((folder.file_name().to_str()?.parse().ok()?, folder.path().join("bin")))
        })
        .collect();
    versions.sort_unstable_by(|one, other| other.cmp(one));
    versions.into_iter().map(|(_version, folder)| folder).collect()
}
