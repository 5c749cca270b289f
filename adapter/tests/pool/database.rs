//! What the tests need of a database system, so that each is written once.

#![allow(dead_code, reason = "every test binary uses a part of it")]

use std::net::SocketAddr;
use std::str::FromStr;
use std::sync::OnceLock;
use std::time::Duration;

use futures_util::TryStreamExt;
use lambdafy::pool::{Backend, Config, ConnectOptions, Pool, SchemaError};
use lambdafy_backends::{MariaDb, PostgreSql};
use sqlx::migrate::Migrator;
use sqlx::{Executor, MySql, Postgres};

/// A database system under test.
pub(crate) trait System:
    Backend<
        Connection: sqlx::Connection<Options: FromStr<Err = sqlx::Error>>,
        Row: sqlx::Row<Database = Self>,
    >
{
    /// Sessions of `app`, as the server counts them.
    const SESSIONS: &'static str;
    /// Gives `app` two sessions at most.
    const CAP_ACCOUNT: &'static str;
    /// Takes from the user `reaper` what it needs.
    const WEAKEN_REAPER: &'static str;
    /// What the doctor says of a lease of 60 s.
    const LEASE_FACT: &'static str;
    const TRANSACTION_LIMIT: &'static str;
    /// How many transactions of `app` are open, and how many of its sessions are in a statement.
    const TRANSACTIONS: &'static str;
    const STATEMENTS: &'static str;
    /// A statement that takes a minute, and one whose answer has 200 MB.
    const LONG: &'static str;
    const MUCH: &'static str;
    const TIME_ZONE: &'static str;
    const UTC: &'static str;
    const OTHER_TIME_ZONE: &'static str;
    /// A session's own number.
    const SESSION_ID: &'static str;
    /// Whether it can be asked later what became of a commit.
    const KNOWS_COMMITS: bool;
    /// The server that tests share: those that leave it as they found it.
    fn shared() -> &'static Server<Self>;
    /// One with so many slots for `app`.
    fn with_slots(slots: u32) -> Server<Self>;
    /// Statements that make the user `reaper`.
    fn make_reaper(password: &str) -> String;
    /// Ends all sessions of `app`.
    fn kill_sessions(server: &Server<Self>);
    fn with_password(options: ConnectOptions<Self>, password: &str) -> ConnectOptions<Self>;
    /// The one value of the one row that a statement without arguments answers, as text.
    fn text(pool: &Pool<Self>, sql: &str) -> impl Future<Output = sqlx::Result<String>> + Send;
    fn text_of(
        connection: &mut Self::Connection,
        sql: &str,
    ) -> impl Future<Output = sqlx::Result<String>> + Send;
    /// Begins to read what a statement answers, and keeps at that.
    fn first_row(
        connection: &mut Self::Connection,
        sql: &str,
    ) -> impl Future<Output = sqlx::Result<()>> + Send;
    /// Runs a statement without arguments; how many rows it has changed.
    fn run(
        connection: &mut Self::Connection,
        sql: &str,
    ) -> impl Future<Output = sqlx::Result<u64>> + Send;
    /// Runs the migrations as a deploy does.
    fn migrate(
        connection: &mut Self::Connection,
        migrator: &Migrator,
    ) -> impl Future<Output = ()> + Send;
    /// Looks at the schema as a start does.
    fn check_schema(
        pool: &Pool<Self>,
        migrator: &Migrator,
    ) -> impl Future<Output = Result<(), SchemaError>> + Send;
}

/// A running server.
pub(crate) struct Server<DB: Backend> {
    pub(crate) options: ConnectOptions<DB>,
    handle: Handle,
}

enum Handle {
    PostgreSql(PostgreSql),
    MariaDb(MariaDb),
}

impl<DB: System> Server<DB> {
    fn new(url: &str, handle: Handle) -> Self {
        Self { options: url.parse().unwrap(), handle }
    }

    /// As the administrator.
    pub(crate) fn execute(&self, sql: &str) -> String {
        self.try_execute(sql).unwrap()
    }

    /// The same of a server that may be down.
    pub(crate) fn try_execute(&self, sql: &str) -> Result<String, lambdafy_backends::Error> {
        match &self.handle {
            Handle::PostgreSql(server) => server.execute(sql),
            Handle::MariaDb(server) => server.execute(sql),
        }
    }

    /// The certificate that the URL names.
    #[allow(dead_code, reason = "only sandboxes, whose /tmp is their own, must be shown it")]
    pub(crate) fn authority_file(&self) -> std::path::PathBuf {
        match &self.handle {
            Handle::PostgreSql(server) => server.authority_file(),
            Handle::MariaDb(server) => server.authority_file(),
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        match &self.handle {
            Handle::PostgreSql(server) => server.address(),
            Handle::MariaDb(server) => server.address(),
        }
    }

    pub(crate) fn url(&self) -> String {
        match &self.handle {
            Handle::PostgreSql(server) => server.url(),
            Handle::MariaDb(server) => server.url(),
        }
    }

    pub(crate) fn url_at(&self, address: SocketAddr) -> String {
        match &self.handle {
            Handle::PostgreSql(server) => server.url_at(address),
            Handle::MariaDb(server) => server.url_at(address),
        }
    }

    /// The options for another address.
    pub(crate) fn options_at(&self, address: SocketAddr) -> ConnectOptions<DB> {
        self.url_at(address).parse().unwrap()
    }

    /// Shuts it down and starts it again.
    pub(crate) fn restart(&mut self) {
        match &mut self.handle {
            Handle::PostgreSql(server) => server.restart().unwrap(),
            Handle::MariaDb(server) => server.restart().unwrap(),
        }
    }

    /// Another user's, with the password of `app`.
    pub(crate) fn options_of(&self, user: &str) -> ConnectOptions<DB> {
        self.url().replace("://app:", &format!("://{user}:")).parse().unwrap()
    }

    pub(crate) fn password(&self) -> &str {
        match &self.handle {
            Handle::PostgreSql(server) => server.password(),
            Handle::MariaDb(server) => server.password(),
        }
    }

    pub(crate) fn pool(&self, config: Config) -> Pool<DB> {
        Pool::with(config, self.options.clone())
    }

    pub(crate) fn sessions(&self) -> usize {
        self.execute(DB::SESSIONS).trim().parse().unwrap()
    }

    /// Waits until the server has so many sessions: it hears of an end a moment later.
    pub(crate) async fn has_sessions(&self, sessions: usize) {
        for _ in 0..500 {
            if self.sessions() == sessions {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{} sessions instead of {sessions}", self.sessions());
    }
}

/// Makes the table `name` with a row 1 that says `old`.
pub(crate) async fn table<DB: System>(server: &Server<DB>, name: &str) {
    let pool = server.pool(Config::new());
    let mut connection = pool.get().await.unwrap();
    for sql in [
        format!("DROP TABLE IF EXISTS {name}"),
        format!("CREATE TABLE {name} (id int PRIMARY KEY, value varchar(20))"),
        format!("INSERT INTO {name} VALUES (1, 'old')"),
    ] {
        DB::run(&mut connection, &sql).await.unwrap();
    }
}

/// The number of the session that a statement is run in.
pub(crate) async fn session_id<DB: System>(pool: &Pool<DB>) -> String {
    DB::text(pool, DB::SESSION_ID).await.unwrap()
}

impl System for Postgres {
    const KNOWS_COMMITS: bool = true;
    const SESSIONS: &'static str = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app'";
    const CAP_ACCOUNT: &'static str = "ALTER ROLE app CONNECTION LIMIT 2";
    const WEAKEN_REAPER: &'static str = "REVOKE app FROM reaper";
    const LEASE_FACT: &'static str = "ok: idle_session_timeout is 60000 ms";
    const TRANSACTION_LIMIT: &'static str =
        "SELECT current_setting('idle_in_transaction_session_timeout')";
    const TRANSACTIONS: &'static str =
        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app' AND xact_start IS NOT NULL";
    const STATEMENTS: &'static str =
        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app' AND state = 'active'";
    const LONG: &'static str = "SELECT pg_sleep(60)::text";
    const MUCH: &'static str = "SELECT repeat('x', 1000000) FROM generate_series(1, 200)";
    const TIME_ZONE: &'static str = "SELECT current_setting('TimeZone')";
    const UTC: &'static str = "UTC";
    const OTHER_TIME_ZONE: &'static str = "SET TimeZone = 'Asia/Tokyo'";
    const SESSION_ID: &'static str = "SELECT pg_backend_pid()::text";
    fn shared() -> &'static Server<Self> {
        static SERVER: OnceLock<Server<Postgres>> = OnceLock::new();
        SERVER.get_or_init(|| Self::with_slots(100))
    }

    fn with_slots(slots: u32) -> Server<Self> {
        // Three are for the administrator alone.
        let server = PostgreSql::builder().max_connections(slots + 3).start().unwrap();
        Server::new(&server.url(), Handle::PostgreSql(server))
    }

    fn make_reaper(password: &str) -> String {
        format!("CREATE ROLE reaper LOGIN PASSWORD '{password}' IN ROLE app")
    }

    fn kill_sessions(server: &Server<Self>) {
        let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'";
        server.execute(sql);
    }

    fn with_password(options: ConnectOptions<Self>, password: &str) -> ConnectOptions<Self> {
        options.password(password)
    }

    async fn text(pool: &Pool<Self>, sql: &str) -> sqlx::Result<String> {
        sqlx::query_scalar(sql).fetch_one(pool).await
    }

    async fn text_of(connection: &mut Self::Connection, sql: &str) -> sqlx::Result<String> {
        sqlx::query_scalar(sql).fetch_one(connection).await
    }

    async fn first_row(connection: &mut Self::Connection, sql: &str) -> sqlx::Result<()> {
        connection.fetch(sql).try_next().await.map(drop)
    }

    async fn run(connection: &mut Self::Connection, sql: &str) -> sqlx::Result<u64> {
        Ok(connection.execute(sql).await?.rows_affected())
    }

    async fn migrate(connection: &mut Self::Connection, migrator: &Migrator) {
        migrator.run_direct(connection).await.unwrap();
    }

    async fn check_schema(pool: &Pool<Self>, migrator: &Migrator) -> Result<(), SchemaError> {
        lambdafy::pool::check_schema(migrator, pool).await
    }
}

impl System for MySql {
    const KNOWS_COMMITS: bool = false;
    const SESSIONS: &'static str =
        "SELECT count(*) FROM information_schema.processlist WHERE user = 'app'";
    const CAP_ACCOUNT: &'static str = "ALTER USER app WITH MAX_USER_CONNECTIONS 2";
    const WEAKEN_REAPER: &'static str = "REVOKE CONNECTION ADMIN ON *.* FROM reaper";
    const LEASE_FACT: &'static str = "ok: wait_timeout is 60 s";
    const TRANSACTION_LIMIT: &'static str = "SELECT CONCAT(@@idle_transaction_timeout, 's')";
    const TRANSACTIONS: &'static str = "SELECT count(*) FROM information_schema.innodb_trx";
    const STATEMENTS: &'static str = "SELECT count(*) FROM information_schema.processlist \
         WHERE user = 'app' AND command IN ('Query', 'Execute')";
    const LONG: &'static str = "SELECT CAST(SLEEP(60) AS CHAR)";
    const MUCH: &'static str = "SELECT REPEAT('x', 1000000) FROM seq_1_to_200";
    const TIME_ZONE: &'static str = "SELECT @@time_zone";
    const UTC: &'static str = "+00:00";
    const OTHER_TIME_ZONE: &'static str = "SET time_zone = '+09:00'";
    const SESSION_ID: &'static str = "SELECT CAST(CONNECTION_ID() AS CHAR)";
    fn shared() -> &'static Server<Self> {
        static SERVER: OnceLock<Server<MySql>> = OnceLock::new();
        SERVER.get_or_init(|| Self::with_slots(100))
    }

    fn with_slots(slots: u32) -> Server<Self> {
        let server = MariaDb::builder().max_connections(slots).start().unwrap();
        Server::new(&server.url(), Handle::MariaDb(server))
    }

    fn make_reaper(password: &str) -> String {
        format!(
            "CREATE USER reaper IDENTIFIED BY '{password}'; \
             GRANT CONNECTION ADMIN, PROCESS ON *.* TO reaper; GRANT SELECT ON app.* TO reaper"
        )
    }

    fn kill_sessions(server: &Server<Self>) {
        server.execute("KILL USER app");
    }

    fn with_password(options: ConnectOptions<Self>, password: &str) -> ConnectOptions<Self> {
        options.password(password)
    }

    async fn text(pool: &Pool<Self>, sql: &str) -> sqlx::Result<String> {
        sqlx::query_scalar(sql).fetch_one(pool).await
    }

    async fn text_of(connection: &mut Self::Connection, sql: &str) -> sqlx::Result<String> {
        sqlx::query_scalar(sql).fetch_one(connection).await
    }

    async fn first_row(connection: &mut Self::Connection, sql: &str) -> sqlx::Result<()> {
        connection.fetch(sql).try_next().await.map(drop)
    }

    async fn run(connection: &mut Self::Connection, sql: &str) -> sqlx::Result<u64> {
        Ok(connection.execute(sql).await?.rows_affected())
    }

    async fn migrate(connection: &mut Self::Connection, migrator: &Migrator) {
        migrator.run_direct(connection).await.unwrap();
    }

    async fn check_schema(pool: &Pool<Self>, migrator: &Migrator) -> Result<(), SchemaError> {
        lambdafy::pool::check_schema(migrator, pool).await
    }
}
