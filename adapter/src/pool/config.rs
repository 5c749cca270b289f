//! What can be set, each default with its reason.

use std::time::Duration;

/// How a [`Pool`](super::Pool) behaves.
///
/// ```
/// use std::time::Duration;
/// use lambdafy::pool::{Config, Keep};
///
/// let config = Config::new()
///     .application("billing")
///     .keep(Keep::Permits { percent: 50 })
///     .lease(Duration::from_secs(30));
/// # let _ = config;
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    pub(super) application: Option<String>,
    pub(super) max_connections: Option<usize>,
    pub(super) keep: Keep,
    pub(super) evict_after: Option<Duration>,
    pub(super) lease: Duration,
    pub(super) transaction_limit: Duration,
    pub(super) statement_limit: Option<Duration>,
    pub(super) path_limit: Duration,
    pub(super) ping_after: Duration,
    pub(super) ping_limit: Duration,
    pub(super) max_wait: Duration,
    pub(super) behind_proxy: bool,
    pub(super) session: Vec<String>,
}

/// Which connections stay open when their invocation has ended.
///
/// Whatever the rule, a connection that is kept longer than the [lease](Config::lease) is closed
/// by the server. `docs/databases.md` has each rule's row of `startup-bench storm`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Keep {
    /// None: each invocation that needs the database connects. Safe with any number of
    /// sandboxes, and the slowest.
    Never,
    /// All: for a fleet that can never have more sandboxes than the server has slots.
    Always,
    /// While less than this part of the server's slots is taken, whoever has taken them. Read at
    /// most once a second, in the statement that resets the session.
    Pressure {
        /// Of the slots, dead sessions counted.
        percent: u8,
    },
    /// As many as there are permits for all sandboxes together: advisory locks of the server's,
    /// numbered from 0, each held by the session that is kept, and free as soon as that ends.
    /// Whatever happens to the sandboxes, no more than this part of the slots is ever taken by
    /// sessions that nobody uses.
    Permits {
        /// Of the slots.
        percent: u8,
    },
}

impl Default for Config {
    fn default() -> Self {
        Self {
            application: None,
            max_connections: None,
            keep: Keep::Permits { percent: 30 },
            evict_after: None,
            lease: Duration::from_secs(60),
            transaction_limit: Duration::from_secs(2),
            statement_limit: None,
            path_limit: Duration::from_secs(8),
            ping_after: Duration::from_secs(1),
            ping_limit: Duration::from_millis(250),
            max_wait: Duration::from_secs(30),
            behind_proxy: false,
            session: Vec::new(),
        }
    }
}

impl Config {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The name that the application's sessions and permits carry on the server. Default:
    /// PostgreSQL's `application_name` if the connect options have one, else `lambdafy`. All
    /// functions that should share their permits have the same name.
    #[must_use]
    pub fn application(mut self, name: impl Into<String>) -> Self {
        self.application = Some(name.into());
        self
    }

    /// How many connections the process has at most. Default: on Lambda one for each invocation
    /// that it serves at once, which is one but on Managed Instances, because a server's slots
    /// are shared by all sandboxes; elsewhere 10, as sqlx has.
    ///
    /// An app that asks for a second connection while it holds the first needs 2.
    #[must_use]
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.max_connections = Some(connections.max(1));
        self
    }

    /// Which connections stay open after the invocation. Default: permits for 30 % of the slots:
    /// no invocation fails when sandboxes die silently, none of the other rules that fail none is
    /// cheaper by more than chance, and parked sessions, dead or alive, never take more than that
    /// share.
    #[must_use]
    pub fn keep(mut self, rule: Keep) -> Self {
        self.keep = rule;
        self
    }

    /// Ends sessions of this application that have been parked for so long, three at a time,
    /// when a connection is given up because of [`Keep::Pressure`]. Default: never, since permits
    /// bound what can be parked. At least a second: a shorter time hits sessions that are just
    /// taken into use.
    ///
    /// PostgreSQL tells parked sessions by their last statement. MySQL can't: there it hits every
    /// session of the same user that has been without a statement for so long, so take more than
    /// the app ever pauses between two statements, and a database user for this app alone.
    #[must_use]
    pub fn evict_after(mut self, parked: Duration) -> Self {
        self.evict_after = Some(parked.max(Duration::from_secs(1)));
        self
    }

    /// How long the server keeps a session that says nothing, and so how long one may be parked.
    /// It is PostgreSQL's `idle_session_timeout` and MySQL's `wait_timeout`; on MySQL, which has
    /// no limit of its own for transactions, the shorter of this and
    /// [`transaction_limit`](Self::transaction_limit). Default: 60 s, less than any NAT gateway,
    /// load balancer or proxy forgets a connection in (350 s is the shortest on AWS).
    ///
    /// It counts while a connection is in use, too: an app that holds one for longer between two
    /// statements needs a longer lease.
    #[must_use]
    pub fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease.max(Duration::from_secs(1));
        self
    }

    /// How long a transaction may pause before the server ends it, and so how long the rows stay
    /// locked that a sandbox held when it died. Default: 2 s.
    ///
    /// PostgreSQL's `idle_in_transaction_session_timeout`, MariaDB's `idle_transaction_timeout`,
    /// MySQL's `wait_timeout`.
    #[must_use]
    pub fn transaction_limit(mut self, limit: Duration) -> Self {
        self.transaction_limit = limit.max(Duration::from_secs(1));
        self
    }

    /// How long one statement may run before the server ends it. Default: the longest time that
    /// an invocation has had, since its end cuts the statement off anyway; none outside Lambda.
    ///
    /// PostgreSQL's `statement_timeout`, MariaDB's `max_statement_time`, MySQL's
    /// `max_execution_time`, which is for reading statements only.
    #[must_use]
    pub fn statement_limit(mut self, limit: Duration) -> Self {
        self.statement_limit = Some(limit);
        self
    }

    /// How long the server waits for a sandbox that does not answer, while it has something to
    /// say. Default: 8 s. PostgreSQL's `tcp_user_timeout`, with keepalives that find a silent one
    /// as soon; MySQL's `net_write_timeout`.
    #[must_use]
    pub fn path_limit(mut self, limit: Duration) -> Self {
        self.path_limit = limit.max(Duration::from_secs(1));
        self
    }

    /// From what age on a parked connection is asked whether it still works. Default: 1 s, in
    /// which no session is evicted and no server starts again. A younger one is only looked at.
    #[must_use]
    pub fn ping_after(mut self, age: Duration) -> Self {
        self.ping_after = age;
        self
    }

    /// How long a ping may take, and anything else that must not take longer: the rollback before
    /// the answer, the reset after it. Default: 250 ms. What takes longer costs the connection,
    /// not the invocation.
    #[must_use]
    pub fn ping_limit(mut self, limit: Duration) -> Self {
        self.ping_limit = limit;
        self
    }

    /// How long to wait for a connection where no deadline is known, as on a server. Default:
    /// 30 s, as sqlx has. On Lambda it ends a twentieth of the
    /// time that is left, but at least 50 ms and at most 250 ms, before the deadline.
    #[must_use]
    pub fn max_wait(mut self, wait: Duration) -> Self {
        self.max_wait = wait;
        self
    }

    /// For RDS Proxy, PgBouncer or ProxySQL, which lend one server connection to many clients:
    /// nothing is set, locked or prepared in the session, so that nothing pins it. Default: off.
    ///
    /// Statements through the pool itself and through [`begin`](super::Pool::begin) are sent
    /// unprepared, each in a transaction; those sent through a [`Connection`](super::Connection)
    /// must be without arguments, or `persistent(false)` and in a transaction. Limits are the
    /// proxy's to set.
    #[must_use]
    pub fn behind_proxy(mut self) -> Self {
        self.behind_proxy = true;
        self
    }

    /// One more assignment for each session, as in `SET`: `("search_path", "billing")`. On MySQL
    /// these come after sqlx's own (`sql_mode`, `time_zone`, `NAMES`), so they can change them.
    #[must_use]
    pub fn session(mut self, name: &str, value: &str) -> Self {
        self.session.push(format!("{name}={value}"));
        self
    }
}
