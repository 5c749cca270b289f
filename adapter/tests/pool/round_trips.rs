//! How often a client waits for the server: what a long way multiplies.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use lambdafy::pool::{Config, ConnectOptions, Keep, Pool};
use sqlx::Connection;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

use super::database::{System, session_id};

on_both!(
    a_connect_takes_no_more_round_trips_than_sqlxs,
    a_statement_of_the_next_invocation_takes_no_more_round_trips_than_on_a_bare_connection,
    the_end_of_an_invocation_takes_one_round_trip,
    a_transaction_takes_one_round_trip_more_where_its_commit_can_be_asked_about,
);

async fn a_connect_takes_no_more_round_trips_than_sqlxs<DB: System>() {
    let server = DB::shared();
    let way = Way::to(server.address()).await;
    let options: ConnectOptions<DB> = server.options_at(way.address);
    let plain = DB::Connection::connect_with(&options).await.unwrap();
    let of_sqlx = way.taken();
    drop(plain);
    let way = Way::to(server.address()).await;
    let pool: Pool<DB> = Pool::with(Config::new(), server.options_at(way.address));
    let connection = pool.get().await.unwrap();
    let of_pool = way.taken();
    assert!(of_pool <= of_sqlx, "{of_pool} instead of {of_sqlx}");
    drop(connection);
}

async fn a_statement_of_the_next_invocation_takes_no_more_round_trips_than_on_a_bare_connection<
    DB: System,
>() {
    let server = DB::shared();
    let way = Way::to(server.address()).await;
    let options: ConnectOptions<DB> = server.options_at(way.address);
    let mut plain = DB::Connection::connect_with(&options).await.unwrap();
    DB::text_of(&mut plain, DB::SESSION_ID).await.unwrap();
    let before = way.taken();
    DB::text_of(&mut plain, DB::SESSION_ID).await.unwrap();
    let of_sqlx = way.taken() - before;

    let way = Way::to(server.address()).await;
    let config = Config::new().keep(Keep::Always);
    let pool: Pool<DB> = Pool::with(config, server.options_at(way.address));
    session_id(&pool).await;
    pool.end_invocation().await;
    let before = way.taken();
    session_id(&pool).await;
    assert_eq!((way.taken() - before, pool.status().connects), (of_sqlx, 1));
}

async fn the_end_of_an_invocation_takes_one_round_trip<DB: System>() {
    let server = DB::shared();
    let way = Way::to(server.address()).await;
    let config = Config::new().keep(Keep::Permits { percent: 100 }).application("round trips");
    let pool: Pool<DB> = Pool::with(config, server.options_at(way.address));
    session_id(&pool).await;
    let before = way.taken();
    pool.end_invocation().await;
    assert_eq!((way.taken() - before, pool.status().idle), (1, 1));
}

async fn a_transaction_takes_one_round_trip_more_where_its_commit_can_be_asked_about<DB: System>() {
    let server = DB::shared();
    let way = Way::to(server.address()).await;
    let pool: Pool<DB> =
        Pool::with(Config::new().keep(Keep::Always), server.options_at(way.address));
    let mut connection = pool.get().await.unwrap();
    DB::run(&mut connection, "SELECT 1").await.unwrap();
    let before = way.taken();
    for sql in ["BEGIN", "SELECT 1", "COMMIT"] {
        DB::run(&mut connection, sql).await.unwrap();
    }
    let by_hand = way.taken() - before;
    drop(connection);
    pool.end_invocation().await;
    let before = way.taken();
    let done: sqlx::Result<u64> =
        pool.transaction(|transaction| Box::pin(DB::run(transaction, "SELECT 1"))).await;
    done.unwrap();
    assert_eq!(way.taken() - before, by_hand + u32::from(DB::KNOWS_COMMITS));
}

/// A way to the server on which it is counted how often the client spoke after the server had.
struct Way {
    address: SocketAddr,
    taken: Arc<AtomicU32>,
}

impl Way {
    async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let taken = Arc::new(AtomicU32::new(0));
        let counted = taken.clone();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = TcpStream::connect(server).await.unwrap();
                near.set_nodelay(true).unwrap();
                far.set_nodelay(true).unwrap();
                let ((from_client, to_client), (from_server, to_server)) =
                    (near.into_split(), far.into_split());
                let client_waits = Arc::new(AtomicBool::new(false));
                let (waits, counted) = (client_waits.clone(), counted.clone());
                tokio::spawn(carry(from_client, to_server, move || {
                    if !waits.swap(true, Ordering::SeqCst) {
                        counted.fetch_add(1, Ordering::SeqCst);
                    }
                }));
                tokio::spawn(carry(from_server, to_client, move || {
                    client_waits.store(false, Ordering::SeqCst);
                }));
            }
        });
        Self { address, taken }
    }

    fn taken(&self) -> u32 {
        self.taken.load(Ordering::SeqCst)
    }
}

async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, says: impl Fn()) {
    let mut buffer = vec![0; 64 << 10];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        says();
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}
