//! The ways to hold connections.

use std::time::Duration;

use lambdafy::pool::{Config, ConnectOptions, Keep, Pool, PoolOptionsExt};
use sqlx::pool::PoolOptions;
use sqlx::{Connection as _, ConnectOptions as _};

use crate::Error;
use crate::database::Database;

/// One of them.
pub(crate) enum Client<DB: Database> {
    /// sqlx's pool, with or without hooks.
    Sqlx(sqlx::Pool<DB>),
    /// A connection for each invocation, closed before it answers.
    Close(ConnectOptions<DB>),
    /// lambdafy's pool.
    Lambdafy(Pool<DB>),
    /// The same; an invocation is a transaction, which is done again if its connection breaks.
    Transactions(Pool<DB>),
}

/// Does it run under lambdafy's loop, which is a part of what it does?
pub(crate) fn is_lambdafys(name: &str) -> bool {
    name.starts_with("lambdafy")
}

impl<DB: Database> Client<DB> {
    /// The one of this name.
    pub(crate) fn new(name: &str, url: &str) -> Result<Self, Error> {
        let options = DB::options(url)?;
        let sqlx = PoolOptions::<DB>::new();
        if let Some(rule) = name.strip_prefix("lambdafy-hooks") {
            return Ok(Self::Sqlx(sqlx.connect_in_sandboxes(config(rule)?, options)));
        }
        if name == "lambdafy-transactions" {
            return Ok(Self::Transactions(Pool::with(config("")?, options)));
        }
        if let Some(rule) = name.strip_prefix("lambdafy") {
            return Ok(Self::Lambdafy(Pool::with(config(rule)?, options)));
        }
        Ok(match name {
            "sqlx" => Self::Sqlx(sqlx.connect_lazy_with(options)),
            "sqlx-one" => Self::Sqlx(sqlx.max_connections(1).connect_lazy_with(options)),
            "close" => Self::Close(options),
            _ => return Err(format!("no client {name}").into()),
        })
    }

    /// An invocation's work.
    pub(crate) async fn work(&self, number: u32) -> sqlx::Result<()> {
        match self {
            Self::Sqlx(pool) => DB::work(&mut *pool.acquire().await?, number).await,
            Self::Lambdafy(pool) => DB::work(&mut *pool.get().await?, number).await,
            Self::Transactions(pool) => {
                pool.transaction(|transaction| Box::pin(DB::work(transaction, number))).await
            }
            Self::Close(options) => {
                let mut connection = options.connect().await?;
                DB::work(&mut connection, number).await?;
                connection.close().await
            }
        }
    }
}

/// The defaults with another keep rule.
fn config(rule: &str) -> Result<Config, Error> {
    let config = Config::new().application("storm");
    let short = Duration::from_secs(2);
    let pressure = Keep::Pressure { percent: 60 };
    Ok(match rule {
        "" => config,
        "-permits-2s" => config.lease(short),
        "-permits-60" => config.keep(Keep::Permits { percent: 60 }),
        "-pressure" => config.keep(pressure),
        "-pressure-2s" => config.keep(pressure).lease(short),
        "-evict" => config.keep(pressure).evict_after(Duration::from_secs(1)),
        "-never" => config.keep(Keep::Never),
        "-always-2s" => config.keep(Keep::Always).lease(short),
        _ => return Err(format!("no keep rule {rule}").into()),
    })
}

impl<DB: Database> Clone for Client<DB> {
    fn clone(&self) -> Self {
        match self {
            Self::Sqlx(pool) => Self::Sqlx(pool.clone()),
            Self::Close(options) => Self::Close(options.clone()),
            Self::Lambdafy(pool) => Self::Lambdafy(pool.clone()),
            Self::Transactions(pool) => Self::Transactions(pool.clone()),
        }
    }
}
