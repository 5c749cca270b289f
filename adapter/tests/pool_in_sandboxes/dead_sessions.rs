//! How long the server keeps what a sandbox held that ended silently: every limit that the pool sets
//! bites within a second of its value.

use std::time::{Duration, Instant};

use lambdafy_emulator::Emulator;

use super::database::{Server, System, table};
use super::function::{frozen, function, get, invoke};

on_both!(
    a_parked_session_ends_with_its_lease,
    a_transaction_ends_at_its_limit,
    a_statement_ends_at_its_limit,
    a_session_that_is_written_to_ends_at_the_limit_of_the_path,
);

/// As the app's pools have them.
const LEASE: Duration = Duration::from_secs(3);
const TRANSACTION: Duration = Duration::from_secs(4);
const STATEMENT: Duration = Duration::from_secs(4);
const PATH: Duration = Duration::from_secs(3);

/// Between two looks: InnoDB renews its table of transactions only when nobody has read it for 100 ms.
const BETWEEN: Duration = Duration::from_millis(150);

async fn a_parked_session_ends_with_its_lease<DB: System>() {
    let server = DB::with_slots(10);
    let emulator = reaching(&server, "lease").await;
    let began = Instant::now();
    get(&emulator, "/session").await;
    frozen(&emulator).await;
    is_over_after(&server, &emulator, DB::SESSIONS, LEASE, began).await;
}

async fn a_transaction_ends_at_its_limit<DB: System>() {
    let server = DB::with_slots(10);
    table(&server, "locked").await;
    let emulator = reaching(&server, "transaction").await;
    dies_during(&server, &emulator, "/hold", DB::TRANSACTIONS, TRANSACTION).await;
    let other = server.pool(lambdafy::pool::Config::new());
    let sql = "SELECT value FROM locked WHERE id = 1 FOR UPDATE NOWAIT";
    assert_eq!(DB::text(&other, sql).await.unwrap(), "old");
}

async fn a_statement_ends_at_its_limit<DB: System>() {
    let server = DB::with_slots(10);
    let emulator = reaching(&server, "statement").await;
    dies_during(&server, &emulator, "/run", DB::STATEMENTS, STATEMENT).await;
}

async fn a_session_that_is_written_to_ends_at_the_limit_of_the_path<DB: System>() {
    let server = DB::with_slots(10);
    let emulator = reaching(&server, "path").await;
    dies_during(&server, &emulator, "/flood", DB::STATEMENTS, PATH).await;
}

/// MariaDB sets no keepalive: there the lease ends it.
#[tokio::test]
async fn a_silent_session_ends_at_the_limit_of_the_path_on_postgresql() {
    let server: Server<sqlx::Postgres> = System::with_slots(10);
    let emulator = reaching(&server, "path").await;
    let began = Instant::now();
    get(&emulator, "/session").await;
    frozen(&emulator).await;
    is_over_after(&server, &emulator, sqlx::Postgres::SESSIONS, PATH, began).await;
}

#[tokio::test]
async fn a_running_statement_ends_at_the_limit_of_the_path_on_postgresql() {
    let server: Server<sqlx::Postgres> = System::with_slots(10);
    let emulator = reaching(&server, "path").await;
    dies_during(&server, &emulator, "/run", sqlx::Postgres::STATEMENTS, PATH).await;
}

async fn reaching<DB: System>(server: &Server<DB>, pool: &str) -> Emulator {
    function(server, pool).reach(server.address()).start().await.unwrap()
}

/// The sandbox vanishes while an invocation holds what is counted.
async fn dies_during<DB: System>(
    server: &Server<DB>,
    emulator: &Emulator,
    path: &str,
    counted: &str,
    limit: Duration,
) {
    let began = Instant::now();
    let invocation = invoke(emulator, "POST", path);
    let death = async {
        while number(server, counted) == 0 {
            assert!(began.elapsed() < Duration::from_secs(60), "{path}: nothing is counted");
            tokio::time::sleep(BETWEEN).await;
        }
        is_over_after(server, emulator, counted, limit, began).await;
    };
    let (invoked, ()) = tokio::join!(invocation, death);
    assert!(invoked.error.is_some(), "it was answered: {invoked:?}");
}

/// Lets the sandbox vanish and waits until nothing is counted any more.
async fn is_over_after<DB: System>(
    server: &Server<DB>,
    emulator: &Emulator,
    counted: &str,
    limit: Duration,
    began: Instant,
) {
    let sandbox = emulator.sandboxes().remove(0);
    let start = Instant::now();
    sandbox.vanish();
    sandbox.ended().await;
    loop {
        // A busy machine may take its time to ask and to answer.
        let asked = start.elapsed();
        if number(server, counted) == 0 {
            return assert!(began.elapsed() >= limit, "the server was told");
        }
        assert!(asked < limit + Duration::from_secs(1), "it is still there after {asked:?}");
        tokio::time::sleep(BETWEEN).await;
    }
}

fn number<DB: System>(server: &Server<DB>, counted: &str) -> usize {
    server.execute(counted).trim().parse().unwrap()
}
