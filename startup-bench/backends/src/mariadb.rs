use std::io::{self, Read};
use std::net::SocketAddr;
use std::os::unix::net::UnixStream;
use std::process::Command;
use std::time::Duration;

use nix::sys::signal::Signal;

use crate::Error;
use crate::database::DatabaseServer;
use crate::engine::{Engine, Site};
use crate::programs::Programs;

/// The installed MariaDB.
///
/// The accounts `app` and `root` log in by password; `app` over TCP, with TLS or without, `root` over
/// the Unix socket only. Nothing is written through to a disk.
///
/// ```no_run
/// use lambdafy_backends::MariaDb;
///
/// # fn main() -> Result<(), lambdafy_backends::Error> {
/// let server = MariaDb::builder().max_connections(20).setting("wait_timeout", "3").start()?;
/// server.execute("ALTER USER app WITH MAX_USER_CONNECTIONS 15")?;
/// println!("{}", server.url()); // mysql://app:...@127.0.0.1:40123/app?ssl-mode=VERIFY_IDENTITY&...
/// # Ok(())
/// # }
/// ```
pub type MariaDb = DatabaseServer<MariaDbEngine>;

/// MariaDB's programs.
#[derive(Debug)]
pub struct MariaDbEngine(Programs);

const PACKAGE: &str = "mariadb-server";

/// Folders that an ordinary account's search path lacks.
const FOLDERS: [&str; 3] = ["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"];

/// Small files and nothing synchronous: the data is thrown away.
const CONFIGURATION: &str = "\
[mariadbd]
skip-name-resolve
performance-schema = OFF
innodb-buffer-pool-size = 32M
innodb-log-file-size = 8M
innodb-flush-log-at-trx-commit = 0
innodb-flush-method = nosync
";

impl Engine for MariaDbEngine {
    const NAME: &'static str = "MariaDB";
    const ACCOUNT: &'static str = "mysql";
    // One process without children, whose files go with it.
    const ENDS_BY: Signal = Signal::SIGKILL;
    const STOPS_BY: Signal = Signal::SIGTERM;
    // The probes of `is_ready` count as failed connections.
    const AFTER_EACH_START: &'static str = "FLUSH HOSTS";

    fn find() -> Result<Self, Error> {
        Programs::find("mariadbd", PACKAGE, FOLDERS.map(Into::into)).map(Self)
    }

    fn refusal(&self, error: io::Error) -> Error {
        self.0.refusal("mariadbd", error)
    }

    fn prepare(&self, site: &Site) -> Result<(), Error> {
        // It belongs to the client programs' folder, not to the server's.
        let mut command = Command::new("mariadb-install-db");
        command.args(["--no-defaults", "--skip-test-db", "--skip-name-resolve"]);
        command.args(["--auth-root-authentication-method=normal", "--innodb-log-file-size=8M"]);
        command.arg(option("datadir", site, "data")).arg(option("tmpdir", site, ""));
        command.current_dir(site.directory.path());
        site.account.put_on(&mut command);
        self.0.run(&mut command, "mariadb-install-db").map(drop)
    }

    fn server(&self, site: &Site, settings: &[(String, String)]) -> Result<Command, Error> {
        let password = &site.password.0;
        site.write("client.cnf", &format!("[client]\npassword = {password}\n"))?;
        // Read before the first connection, so that root is never without a password.
        let first = site.write("first.sql", &accounts(password))?;
        let mut text = CONFIGURATION.to_owned();
        for (name, value) in settings {
            text += &format!("{name} = {value}\n");
        }
        let configuration = site.write("server.cnf", &text)?;
        let mut command = self.0.command("mariadbd");
        command.arg(format!("--defaults-file={}", configuration.display()));
        for (name, file) in [
            ("datadir", "data"),
            ("tmpdir", ""),
            ("socket", "socket"),
            ("pid-file", "pid"),
            ("ssl-ca", "ca.pem"),
            ("ssl-cert", "server.pem"),
            ("ssl-key", "server.key"),
        ] {
            command.arg(option(name, site, file));
        }
        command.arg(format!("--init-file={}", first.display()));
        command.arg(format!("--bind-address={}", site.address.ip()));
        command.arg(format!("--port={}", site.address.port()));
        command.current_dir(site.directory.path()).stdout(site.log()?).stderr(site.log()?);
        site.account.put_on(&mut command);
        Ok(command)
    }

    /// By its greeting on the Unix socket, which works from outside a network namespace.
    fn is_ready(site: &Site) -> bool {
        let Ok(mut socket) = UnixStream::connect(site.path("socket")) else { return false };
        let greeted = socket
            .set_read_timeout(Some(Duration::from_secs(1)))
            .and_then(|()| socket.read_exact(&mut [0; 5]));
        greeted.is_ok()
    }

    fn first_statements(_site: &Site) -> String {
        // `first.sql` has them.
        String::new()
    }

    fn execute(&self, site: &Site, sql: &str) -> Result<String, Error> {
        let mut command = Command::new("mariadb");
        command.arg(format!("--defaults-file={}", site.path("client.cnf").display()));
        command.args(["--batch", "--skip-column-names", "--user=root"]);
        command.arg(option("socket", site, "socket"));
        self.0.run_with_input(&mut command, "mariadb", sql)
    }

    fn url(site: &Site, address: SocketAddr) -> String {
        let (password, authority) = (&site.password.0, site.authority_file());
        let authority = authority.display();
        format!("mysql://app:{password}@{address}/app?ssl-mode=VERIFY_IDENTITY&ssl-ca={authority}")
    }
}

/// One statement a line, as `init-file` wants them; it is read at every start.
fn accounts(password: &str) -> String {
    format!(
        "ALTER USER root@localhost IDENTIFIED BY '{password}';\n\
         CREATE DATABASE IF NOT EXISTS app CHARACTER SET utf8mb4;\n\
         CREATE USER IF NOT EXISTS app@'%' IDENTIFIED BY '{password}';\n\
         GRANT ALL PRIVILEGES ON app.* TO app@'%';\n"
    )
}

fn option(name: &str, site: &Site, file: &str) -> String {
    format!("--{name}={}", site.path(file).display())
}
