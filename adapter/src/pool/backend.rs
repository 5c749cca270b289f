//! What the pool needs to know of a database system.

use std::time::Duration;

use futures_util::future::BoxFuture;
use sqlx::{Connection, Database};

use super::doctor::Diagnosis;
use super::schema::Applied;

/// A database system that the pool knows: [`sqlx::Postgres`] and [`sqlx::MySql`].
pub trait Backend: Driver {}

/// sqlx's connect options of a database system.
pub type ConnectOptions<DB> = <<DB as Database>::Connection as Connection>::Options;

/// Sealed: only this crate knows how its sessions are limited, reset and counted.
pub trait Driver: Database {
    /// Whether a connection is in order after a statement that was not waited for.
    const SURVIVES_CANCELLATION: bool;

    fn port(options: &ConnectOptions<Self>) -> u16;

    fn user(options: &ConnectOptions<Self>) -> &str;

    /// The name that the options give the application.
    fn application(options: &ConnectOptions<Self>) -> Option<&str>;

    /// What sqlx would set in a session by itself.
    fn sqlx_assignments(options: &ConnectOptions<Self>) -> Vec<String>;

    /// The options with everything in them that can travel with the connect.
    fn with_session(options: &ConnectOptions<Self>, session: &Session) -> ConnectOptions<Self>;

    /// Sets what could not travel with the connect, in one round trip or none.
    fn start<'c>(
        connection: &'c mut Self::Connection,
        session: &'c Session,
    ) -> BoxFuture<'c, sqlx::Result<()>>;

    /// Resets the session and does what else has to be done before it is parked, in one round
    /// trip wherever nothing was left open.
    fn park<'c>(
        connection: &'c mut Self::Connection,
        session: &'c Session,
        park: Park,
    ) -> BoxFuture<'c, sqlx::Result<Parked>>;

    /// Ends parked sessions of the same application; returns how many.
    fn evict<'c>(
        connection: &'c mut Self::Connection,
        session: &'c Session,
        eviction: Eviction,
    ) -> BoxFuture<'c, sqlx::Result<u64>>;

    /// What the server tells about its limits and the session's.
    fn examine<'c>(
        connection: &'c mut Self::Connection,
        session: &'c Session,
    ) -> BoxFuture<'c, sqlx::Result<Diagnosis>>;

    /// Whether this account may end the sessions of `user`.
    fn can_reap<'c>(
        connection: &'c mut Self::Connection,
        user: &'c str,
    ) -> BoxFuture<'c, sqlx::Result<bool>>;

    /// What an administrator runs to make a reaper's account.
    fn reaper_statements(user: &str) -> Vec<String>;

    /// By what [`fate`](Self::fate) finds the open transaction; `None` where the server gives nothing.
    fn mark(connection: &mut Self::Connection) -> BoxFuture<'_, sqlx::Result<Option<Mark>>>;

    /// What became of a transaction.
    fn fate<'c>(
        connection: &'c mut Self::Connection,
        mark: &'c Mark,
    ) -> BoxFuture<'c, sqlx::Result<Fate>>;

    /// What a server's error means for a connection that is wanted.
    fn fault(error: &dyn sqlx::error::DatabaseError) -> Fault;

    /// Whether an error is the last that the server says on its connection.
    fn ends_session(error: &dyn sqlx::error::DatabaseError) -> bool;

    /// Whether an error says that there is no such table.
    fn is_missing_table(error: &dyn sqlx::error::DatabaseError) -> bool;

    /// What a row of sqlx's table of migrations says: version, success, checksum.
    fn applied(row: &Self::Row) -> sqlx::Result<Applied>;

    fn is_in_transaction(connection: &Self::Connection) -> bool {
        connection.is_in_transaction()
    }
}

/// What is set in each session.
#[derive(Clone, Debug)]
pub struct Session {
    pub(super) user: String,
    pub(super) application: String,
    pub(super) lease: Duration,
    pub(super) transaction_limit: Duration,
    pub(super) statement_limit: Option<Duration>,
    pub(super) path_limit: Duration,
    pub(super) behind_proxy: bool,
    pub(super) assignments: Vec<String>,
}

/// What is asked along with the reset of a session.
#[derive(Clone, Copy, Debug, Default)]
pub struct Park {
    /// Tell how many of the server's slots are taken.
    pub(super) reads_pressure: bool,
    /// Take a permit.
    pub(super) permit: Option<PermitAsk>,
}

/// Which permits there are, and which one the session has had.
#[derive(Clone, Copy, Debug)]
pub(super) struct PermitAsk {
    pub(super) percent: u8,
    pub(super) had: Option<u32>,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Parked {
    /// Of the server's slots, in percent.
    pub(super) pressure: Option<u64>,
    pub(super) permit: Option<u32>,
    /// A transaction that sqlx knew nothing of was open and is rolled back.
    pub(super) rolled_back: bool,
}

/// Whose sessions are ended.
#[derive(Clone, Copy, Debug)]
pub struct Eviction {
    pub(super) parked_for: Duration,
    pub(super) most: u32,
}

/// By what a transaction is found again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub(super) number: i64,
    /// Since when the server has lost no number: it gives those again that it lost.
    pub(super) since: String,
}

/// What became of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Committed,
    /// Nothing of it is left.
    Undone,
    /// The server has not noticed that its connection is gone, or still commits.
    Open,
    /// The server can't tell.
    Unknown,
}

/// What a server's error means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No slot is free.
    Full,
    /// The server starts or stops.
    Starting,
    /// The user or the password is wrong.
    Credentials,
    /// It will not be better next time.
    Lasting,
}

/// Whether the connection has broken, or the server says that it ends it.
pub(super) fn is_gone<DB: Backend>(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(error) => DB::ends_session(&**error),
        _ => false,
    }
}

/// Whether the server has refused a statement, and nothing else is wrong.
pub(super) fn is_refusal<DB: Backend>(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(_)) && !is_gone::<DB>(error)
}

/// Whether a connection that broke is broken by what passes, as a restart.
pub(super) fn is_passing<DB: Backend>(error: &sqlx::Error) -> bool {
    let is_lasting = |error: &dyn sqlx::error::DatabaseError| DB::fault(error) != Fault::Starting;
    !error.as_database_error().is_some_and(is_lasting)
}
