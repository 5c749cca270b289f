//! A second account that makes room when no slot is free.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use sqlx::{ConnectOptions as _, Connection as _};

use super::backend::{Backend, ConnectOptions, Eviction};
use super::clock::Moment;
use super::config::Config;
use super::connector::session;

/// So many sessions are ended at once: room for those who wait now, and no more.
const VICTIMS: u32 = 3;
/// Not more often than this: ended sessions take a moment to be gone.
const PAUSE: Duration = Duration::from_millis(100);

pub(super) struct Reaper<DB: Backend> {
    /// The application's own connect options, which tell whose sessions are ended.
    application: ConnectOptions<DB>,
    account: ConnectOptions<DB>,
    last: Mutex<Option<Moment>>,
}

impl<DB: Backend> Reaper<DB> {
    pub(super) fn new(application: ConnectOptions<DB>, account: ConnectOptions<DB>) -> Self {
        Self { application, account, last: Mutex::new(None) }
    }

    /// Ends sessions that have been parked for a second at least; returns how many. What goes
    /// wrong is logged: who waits for a slot waits on.
    pub(super) async fn reap(&self, config: &Config) -> u64 {
        if !self.is_due() {
            return 0;
        }
        match self.reap_now(config).await {
            Ok(evicted) => evicted,
            Err(error) => {
                tracing::warn!(target: "lambdafy::pool", %error, "the reaper could not make room");
                0
            }
        }
    }

    /// Whether the account is good for its work, and what mends it.
    pub(super) async fn test(&self, config: &Config) -> sqlx::Result<(bool, Vec<String>)> {
        let user = session::<DB>(config, &self.application).user;
        let mut connection = self.account.connect().await?;
        let can_reap = DB::can_reap(&mut connection, &user).await?;
        connection.close().await?;
        Ok((can_reap, DB::reaper_statements(&user)))
    }

    async fn reap_now(&self, config: &Config) -> sqlx::Result<u64> {
        let session = session::<DB>(config, &self.application);
        let mut connection = self.account.connect().await?;
        let parked_for = config.evict_after.unwrap_or(Duration::from_secs(1));
        let eviction = Eviction { parked_for, most: VICTIMS };
        let evicted = DB::evict(&mut connection, &session, eviction).await?;
        connection.close().await?;
        Ok(evicted)
    }

    fn is_due(&self) -> bool {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Moment::now();
        if last.is_some_and(|last| now.since(last) < PAUSE) {
            return false;
        }
        *last = Some(now);
        true
    }
}
