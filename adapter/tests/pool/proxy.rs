//! Behind PgBouncer in transaction mode, which lends its server connections to whoever is in a
//! transaction.

use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use lambdafy::pool::{Config, PgPool};
use lambdafy_backends::PostgreSql;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Executor, Row};

#[tokio::test]
async fn clients_that_are_kept_pin_no_server_connection() {
    // One server connection: who pins it keeps all others out.
    let proxy = Proxy::start(1).await;
    let pools: Vec<PgPool> = (0..6).map(|_| proxy.pool()).collect();
    for round in 0..5 {
        for pool in &pools {
            let sum: i32 = sqlx::query_scalar("SELECT $1::int + $2::int")
                .bind(round)
                .bind(1)
                .fetch_one(pool)
                .await
                .unwrap();
            assert_eq!(sum, round + 1);
            pool.end_invocation().await;
        }
    }
    for pool in &pools {
        let status = pool.status();
        assert_eq!((status.connects, status.failures, status.idle), (1, 0, 1), "{status:?}");
    }
}

#[tokio::test]
async fn statements_of_many_clients_at_once_do_not_get_into_each_others_way() {
    let proxy = Proxy::start(3).await;
    let pool = proxy.pool();
    pool.execute("CREATE TABLE proxied (client int, round int)").await.unwrap();
    let tasks: Vec<_> = (0..12)
        .map(|client| {
            let pool = proxy.pool();
            tokio::spawn(async move {
                for round in 0..10 {
                    client_round(&pool, client, round).await.unwrap();
                    pool.end_invocation().await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let row = pool.fetch_one("SELECT count(*), count(DISTINCT (client, round)) FROM proxied").await;
    let row = row.unwrap();
    assert_eq!((row.get::<i64, _>(0), row.get::<i64, _>(1)), (240, 120));
}

/// A statement by itself, and a transaction of two.
async fn client_round(pool: &PgPool, client: i32, round: i32) -> sqlx::Result<()> {
    let insert = || sqlx::query("INSERT INTO proxied VALUES ($1, $2)").bind(client).bind(round);
    insert().execute(pool).await?;
    let mut transaction = pool.begin().await?;
    insert().persistent(false).execute(&mut *transaction).await?;
    let count: i64 =
        sqlx::query_scalar("SELECT count(*) FROM proxied WHERE client = $1 AND round = $2")
            .bind(client)
            .bind(round)
            .persistent(false)
            .fetch_one(&mut *transaction)
            .await?;
    assert_eq!(count, 2);
    transaction.commit().await
}

#[tokio::test]
async fn an_open_transaction_gives_the_server_connection_back_at_the_end() {
    let proxy = Proxy::start(1).await;
    let (pool, other) = (proxy.pool(), proxy.pool());
    drop(pool.begin().await.unwrap());
    pool.end_invocation().await;
    let asked = sqlx::query_scalar::<_, i32>("SELECT $1").bind(7).fetch_one(&other);
    assert_eq!(tokio::time::timeout(Duration::from_secs(5), asked).await.unwrap().unwrap(), 7);
}

/// PgBouncer before a PostgreSQL.
struct Proxy {
    address: SocketAddr,
    server: PostgreSql,
    process: Child,
    _directory: tempfile::TempDir,
}

impl Proxy {
    async fn start(server_connections: u32) -> Self {
        let server = PostgreSql::builder().start().unwrap();
        let directory = tempfile::tempdir().unwrap();
        let free = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
        let path = |name: &str| directory.path().join(name);
        let users = format!("\"app\" \"{}\"\n", server.password());
        std::fs::write(path("users"), users).unwrap();
        let configuration = format!(
            "[databases]\n\
             app = host=127.0.0.1 port={} dbname=app user=app\n\
             [pgbouncer]\n\
             listen_addr = 127.0.0.1\n\
             listen_port = {}\n\
             unix_socket_dir =\n\
             auth_type = scram-sha-256\n\
             auth_file = {}\n\
             pool_mode = transaction\n\
             default_pool_size = {server_connections}\n\
             ignore_startup_parameters = extra_float_digits\n",
            server.address().port(),
            free.port(),
            path("users").display(),
        );
        std::fs::write(path("pgbouncer.ini"), configuration).unwrap();
        std::fs::set_permissions(directory.path(), PermissionsExt::from_mode(0o755)).unwrap();
        let mut command = Command::new("pgbouncer");
        if nix::unistd::geteuid().is_root() {
            // It does not run as root.
            command.args(["-u", "postgres"]);
        }
        command.arg("-q").arg(path("pgbouncer.ini")).stderr(Stdio::null());
        let process = command.spawn().unwrap_or_else(|error| {
            panic!("pgbouncer can't be started ({error}): install Debian's package pgbouncer")
        });
        let proxy = Self { address: free, server, process, _directory: directory };
        proxy.wait().await;
        proxy
    }

    async fn wait(&self) {
        for _ in 0..500 {
            if tokio::net::TcpStream::connect(self.address).await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("pgbouncer does not listen on {}", self.address);
    }

    fn pool(&self) -> PgPool {
        let options = PgConnectOptions::new_without_pgpass()
            .host("127.0.0.1")
            .port(self.address.port())
            .username("app")
            .password(self.server.password())
            .database("app")
            .ssl_mode(sqlx::postgres::PgSslMode::Disable);
        PgPool::with(Config::new().behind_proxy(), options)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
