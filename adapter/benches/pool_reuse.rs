//! What it costs to take a connection that was kept, beside one that is simply there: a query on both,
//! in turn, on the installed PostgreSQL and MariaDB.
//!
//! `cargo bench -p lambdafy --features pool-mysql,pool-postgres --bench pool_reuse`

#![allow(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::str::FromStr;
use std::time::Instant;

use lambdafy::pool::{Backend, Config, ConnectOptions, Keep, Pool};
use lambdafy_backends::{MariaDb, PostgreSql};
use sqlx::{Connection, Executor};

/// Cargo runs benches as tests too: one round is enough to see that it works.
fn rounds() -> usize {
    if std::env::args().any(|argument| argument == "--bench") { 20_000 } else { 100 }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mariadb = MariaDb::builder().start().unwrap();
    compare::<sqlx::MySql>("MariaDB", &mariadb.url()).await;
    let postgresql = PostgreSql::builder().start().unwrap();
    compare::<sqlx::Postgres>("PostgreSQL", &postgresql.url()).await;
}

async fn compare<DB: Backend>(name: &str, url: &str)
where
    ConnectOptions<DB>: FromStr<Err = sqlx::Error>,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    let options: ConnectOptions<DB> = url.parse().unwrap();
    let mut bare = DB::Connection::connect_with(&options).await.unwrap();
    let pool = Pool::<DB>::with(Config::new().keep(Keep::Always), options);
    let (mut plain, mut pooled, mut taken) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds() {
        let start = Instant::now();
        bare.execute("SELECT 1").await.unwrap();
        plain.push(start.elapsed());

        let start = Instant::now();
        let mut connection = pool.get().await.unwrap();
        taken.push(start.elapsed());
        connection.execute("SELECT 1").await.unwrap();
        drop(connection);
        pooled.push(start.elapsed());
        pool.end_invocation().await;
    }
    assert_eq!(pool.status().connects, 1);
    for times in [&mut plain, &mut pooled, &mut taken] {
        times.sort_unstable();
    }
    let middle = rounds() / 2;
    println!(
        "{name}: a query takes {:?} on a bare connection and {:?} with one of the pool's, of which \
         taking it is {:?}; medians of {}",
        plain[middle],
        pooled[middle],
        taken[middle],
        rounds()
    );
}
