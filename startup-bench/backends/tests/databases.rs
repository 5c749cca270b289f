//! PostgreSQL and MariaDB: really started, connected to by their own clients, and gone afterwards.

#![allow(clippy::unwrap_used, reason = "test code")]

mod support;

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use lambdafy_backends::{CertificateAuthority, MariaDb, PostgreSql, Relay};
use support::{is_alive, is_soon};

/// Runs SQL as `app` with TLS that verifies the server against this authority's file.
fn psql(url: &str, sql: &str) -> Output {
    Command::new("psql").args(["-X", "-A", "-t", "-c", sql, url]).output().unwrap()
}

fn mariadb(server: &MariaDb, address: SocketAddr, authority: &Path, sql: &str) -> Output {
    Command::new("mariadb")
        .args(["--no-defaults", "--batch", "--skip-column-names", "--user=app"])
        .args(["--host=127.0.0.1", "--ssl-verify-server-cert", "--database=app"])
        .arg(format!("--ssl-ca={}", authority.display()))
        .arg(format!("--port={}", address.port()))
        .arg(format!("--password={}", server.password()))
        .args(["--execute", sql])
        .output()
        .unwrap()
}

fn text(output: &Output) -> String {
    let wrote = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8(wrote).unwrap().trim().to_owned()
}

#[test]
fn postgresql_answers_over_verified_tls_and_scram() {
    let server = PostgreSql::builder().max_connections(23).start().unwrap();
    let sql = "SELECT current_user, current_setting('max_connections'), ssl
               FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    assert_eq!(text(&psql(&server.url(), sql)), "app|23|t");
    let stored = server.execute("SELECT rolpassword FROM pg_authid WHERE rolname = 'app'").unwrap();
    assert!(stored.starts_with("SCRAM-SHA-256$"), "{stored}");

    let wrong = server.url().replace(server.password(), "wrong");
    let refused = psql(&wrong, "SELECT 1");
    assert!(!refused.status.success() && text(&refused).contains("password authentication failed"));
}

#[test]
fn mariadb_answers_over_verified_tls_with_a_password() {
    let server =
        MariaDb::builder().max_connections(23).setting("wait_timeout", "77").start().unwrap();
    let sql = "SELECT CURRENT_USER(), @@max_connections, @@wait_timeout;
               SHOW STATUS LIKE 'Ssl_version'";
    let answer = mariadb(&server, server.address(), &server.authority_file(), sql);
    assert_eq!(text(&answer), "app@%\t23\t77\nSsl_version\tTLSv1.3");

    let refused = Command::new("mariadb")
        .args(["--no-defaults", "--user=root", "--password=", "--execute=SELECT 1"])
        .arg(format!("--socket={}", server.socket_directory().join("socket").display()))
        .output()
        .unwrap();
    assert!(!refused.status.success() && text(&refused).contains("Access denied"));
}

#[test]
fn another_authority_is_not_trusted() {
    let (stranger, folder) = (CertificateAuthority::new().unwrap(), tempfile::tempdir().unwrap());
    let file = folder.path().join("stranger.pem");
    stranger.write_pem(&file).unwrap();

    let server = PostgreSql::builder().start().unwrap();
    let own = server.authority_file();
    let url = server.url().replace(own.to_str().unwrap(), file.to_str().unwrap());
    let refused = text(&psql(&url, "SELECT 1"));
    assert!(refused.contains("certificate verify failed"), "{refused}");

    let server = MariaDb::builder().start().unwrap();
    let refused = text(&mariadb(&server, server.address(), &file, "SELECT 1"));
    assert!(refused.contains("certificate"), "{refused}");
}

#[test]
fn a_given_authority_signs_for_both_servers() {
    let (authority, folder) = (CertificateAuthority::new().unwrap(), tempfile::tempdir().unwrap());
    let file = folder.path().join("authority.pem");
    authority.write_pem(&file).unwrap();

    let server = PostgreSql::builder().authority(&authority).start().unwrap();
    let own = server.authority_file();
    let url = server.url().replace(own.to_str().unwrap(), file.to_str().unwrap());
    assert_eq!(text(&psql(&url, "SELECT 1")), "1");

    let server = MariaDb::builder().authority(&authority).start().unwrap();
    assert_eq!(text(&mariadb(&server, server.address(), &file, "SELECT 1")), "1");
}

#[test]
fn both_servers_answer_through_a_relay() {
    let round_trip = Duration::from_millis(1);
    let server = PostgreSql::builder().start().unwrap();
    let relay = Relay::start(server.address(), round_trip).unwrap();
    assert_eq!(text(&psql(&server.url_at(relay.address()), "SELECT 1")), "1");

    let server = MariaDb::builder().start().unwrap();
    let relay = Relay::start(server.address(), round_trip).unwrap();
    let answer = mariadb(&server, relay.address(), &server.authority_file(), "SELECT 1");
    assert_eq!(text(&answer), "1");
}

#[test]
fn a_dropped_server_leaves_neither_process_nor_file() {
    let postgresql = PostgreSql::builder().start().unwrap();
    let mariadb = MariaDb::builder().start().unwrap();
    let backends = postgresql.execute("SELECT pid FROM pg_stat_activity").unwrap();
    let backends: Vec<u32> = backends.lines().map(|pid| pid.parse().unwrap()).collect();
    assert!(backends.len() > 2, "PostgreSQL has processes of its own: {backends:?}");
    let pids = [&backends[..], &[postgresql.pid(), mariadb.pid()]].concat();
    let folders = [postgresql.socket_directory(), mariadb.socket_directory()].map(Path::to_owned);
    drop((postgresql, mariadb));
    assert!(is_soon(|| !pids.iter().any(|pid| is_alive(*pid))), "{pids:?}");
    assert!(!folders.iter().any(|folder| folder.exists()), "{folders:?}");
}

#[test]
fn a_killed_process_leaves_neither_server_nor_file() {
    let mut killed = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_process_to_kill", "--nocapture"])
        .env(BE_KILLED, "yes")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(killed.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut server = || -> (u32, String) {
        let line = lines.by_ref().find_map(|line| Some(line.split_once("server ")?.1.to_owned()));
        let line = line.unwrap();
        let (pid, folder) = line.split_once(' ').unwrap();
        (pid.parse().unwrap(), folder.to_owned())
    };
    let servers = [server(), server()];
    assert!(servers.iter().all(|(pid, folder)| is_alive(*pid) && Path::new(folder).exists()));
    killed.kill().unwrap();
    killed.wait().unwrap();
    let is_left = |(pid, folder): &(u32, String)| is_alive(*pid) || Path::new(folder).exists();
    assert!(is_soon(|| !servers.iter().any(is_left)), "{servers:?}");
}

/// Set where this program is the process that the test above kills.
const BE_KILLED: &str = "BACKENDS_TEST_BE_KILLED";

#[test]
#[expect(clippy::disallowed_methods, reason = "the test above tells by the environment")]
fn a_process_to_kill() {
    if std::env::var_os(BE_KILLED).is_none() {
        return;
    }
    let postgresql = PostgreSql::builder().start().unwrap();
    println!("server {} {}", postgresql.pid(), postgresql.socket_directory().display());
    let mariadb = MariaDb::builder().start().unwrap();
    println!("server {} {}", mariadb.pid(), mariadb.socket_directory().display());
    std::thread::sleep(Duration::from_secs(60));
}

#[test]
fn a_refused_setting_shows_the_servers_own_words() {
    let error = PostgreSql::builder().setting("no_such_setting", "1").start().unwrap_err();
    assert!(error.to_string().contains("unrecognized configuration parameter"), "{error}");
    let error = MariaDb::builder().setting("no-such-setting", "1").start().unwrap_err();
    assert!(error.to_string().contains("unknown variable 'no-such-setting=1'"), "{error}");
    let server = PostgreSql::builder().start().unwrap();
    let error = server.execute("SELECT * FROM nowhere").unwrap_err();
    assert!(error.to_string().contains("\"nowhere\" does not exist"), "{error}");
}

#[test]
fn passwords_are_not_shown() {
    let server = PostgreSql::builder().start().unwrap();
    assert!(!format!("{server:?}").contains(server.password()));
}

#[test]
fn a_restarted_server_has_its_address_its_rows_and_its_settings() {
    let mut mariadb = MariaDb::builder().setting("wait_timeout", "77").start().unwrap();
    let mut postgresql = PostgreSql::builder().max_connections(23).start().unwrap();
    let (addresses, pids) =
        ((mariadb.address(), postgresql.address()), (mariadb.pid(), postgresql.pid()));
    mariadb.execute("CREATE TABLE app.kept (number int); INSERT INTO app.kept VALUES (4)").unwrap();
    postgresql.execute("CREATE TABLE kept (number int); INSERT INTO kept VALUES (5)").unwrap();
    mariadb.restart().unwrap();
    postgresql.restart().unwrap();
    assert_eq!((mariadb.address(), postgresql.address()), addresses);
    assert!(mariadb.pid() != pids.0 && postgresql.pid() != pids.1);
    let answer = mariadb.execute("SELECT number, @@wait_timeout FROM app.kept").unwrap();
    assert_eq!(answer, "4\t77\n");
    let sql = "SELECT number, current_setting('max_connections') FROM kept";
    assert_eq!(postgresql.execute(sql).unwrap(), "5\t23\n");
    let sql = "SELECT current_user";
    assert_eq!(text(&psql(&postgresql.url(), sql)), "app");
    let answer = self::mariadb(
        &mariadb,
        mariadb.address(),
        &mariadb.authority_file(),
        "SELECT CURRENT_USER()",
    );
    assert_eq!(text(&answer), "app@%");
}
