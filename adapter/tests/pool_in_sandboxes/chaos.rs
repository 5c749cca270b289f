//! Rows that are written through everything that can happen, and counted.

use std::collections::BTreeSet;
use std::time::Duration;

use lambdafy::pool::Config;
use lambdafy_emulator::{Emulator, EmulatorBuilder};

use super::database::{Server, System};
use super::function::{function, invoke, status};

on_both!(
    no_row_is_lost_or_doubled_by_what_happens_to_sandboxes_and_sessions,
    no_row_is_lost_or_doubled_by_a_restart_of_the_server,
    no_transaction_that_is_done_again_is_lost_or_doubled_by_restarts_of_the_server,
);

const WRITERS: u32 = 4;
const ROWS: u32 = 25;

async fn no_row_is_lost_or_doubled_by_what_happens_to_sandboxes_and_sessions<DB: System>() {
    let server = with_table::<DB>().await;
    let emulator = writers(&server).start().await.unwrap();
    let (acknowledged, ()) =
        tokio::join!(write_all(&emulator, "rows"), disturb(&emulator, &server));
    are_there_once(&server, &acknowledged).await;
    // What was killed in the middle is not acknowledged; most is.
    assert!(acknowledged.len() > 50, "{}", acknowledged.len());
}

async fn no_row_is_lost_or_doubled_by_a_restart_of_the_server<DB: System>() {
    // What was under way when the server went is not acknowledged; what came later has waited.
    let missing = missing_after_restarts::<DB>("rows", 1).await;
    assert!(missing <= WRITERS, "{missing}");
}

async fn no_transaction_that_is_done_again_is_lost_or_doubled_by_restarts_of_the_server<
    DB: System,
>() {
    // Each restart may cut the commit of each writer.
    let bound = if DB::KNOWS_COMMITS { 0 } else { 3 * WRITERS };
    let missing = missing_after_restarts::<DB>("replayed", 3).await;
    assert!(missing <= bound, "{missing}");
}

/// Writes rows by a route while the server restarts so often; how many were not acknowledged.
async fn missing_after_restarts<DB: System>(route: &str, times: u32) -> u32 {
    let mut server = with_table::<DB>().await;
    let emulator = writers(&server).start().await.unwrap();
    let restarts = tokio::task::spawn_blocking(move || {
        for _ in 0..times {
            std::thread::sleep(Duration::from_millis(200));
            server.restart();
        }
        server
    });
    let (acknowledged, server) = tokio::join!(write_all(&emulator, route), restarts);
    are_there_once(&server.unwrap(), &acknowledged).await;
    WRITERS * ROWS - u32::try_from(acknowledged.len()).unwrap()
}

async fn with_table<DB: System>() -> Server<DB> {
    let server = DB::with_slots(10);
    let mut connection = server.pool(Config::new()).get().await.unwrap();
    // Not a key: a row that is written twice must be seen.
    DB::run(&mut connection, "CREATE TABLE numbered (number int)").await.unwrap();
    connection.close().await;
    server
}

/// A function with a sandbox for each writer.
fn writers<DB: System>(server: &Server<DB>) -> EmulatorBuilder {
    function(server, "permits").max_sandboxes(WRITERS as usize).reach(server.address())
}

/// Writes rows, each once; the numbers that were acknowledged.
async fn write_all(emulator: &Emulator, route: &str) -> BTreeSet<u32> {
    let writers = (0..WRITERS).map(|writer| async move {
        let mut acknowledged = Vec::new();
        for number in writer * ROWS..(writer + 1) * ROWS {
            let invoked = invoke(emulator, "POST", &format!("/{route}/{number}")).await;
            let status = invoked.error.is_none().then(|| status(&invoked));
            if status == Some(200) {
                acknowledged.push(number);
            } else if route == "replayed" {
                assert_eq!(
                    status,
                    Some(502),
                    "only of a commit can it be unknown whether it was done"
                );
            }
        }
        acknowledged
    });
    futures_util::future::join_all(writers).await.into_iter().flatten().collect()
}

async fn are_there_once<DB: System>(server: &Server<DB>, acknowledged: &BTreeSet<u32>) {
    let pool = server.pool(Config::new());
    let sql = "SELECT CONCAT(COUNT(*), ' ', COUNT(DISTINCT number)) FROM numbered";
    let counted = DB::text(&pool, sql).await.unwrap();
    let (rows, distinct) = counted.split_once(' ').unwrap();
    assert_eq!(rows, distinct, "rows were doubled");
    for number in acknowledged {
        let sql = format!("SELECT CONCAT(COUNT(*), '') FROM numbered WHERE number = {number}");
        assert_eq!(DB::text(&pool, &sql).await.unwrap(), "1", "row {number}");
    }
}

/// Ends sandboxes in every way, freezes them in the middle of their work, ends sessions.
async fn disturb<DB: System>(emulator: &Emulator, server: &Server<DB>) {
    for round in 0..20 {
        tokio::time::sleep(Duration::from_millis(60)).await;
        let sandboxes = emulator.sandboxes();
        let Some(sandbox) = sandboxes.get(round % WRITERS as usize) else { continue };
        match round % 5 {
            0 => DB::kill_sessions(server),
            1 => sandbox.kill(),
            2 => {
                sandbox.freeze();
                tokio::time::sleep(Duration::from_millis(50)).await;
                sandbox.thaw();
            }
            3 => sandbox.vanish(),
            _ => sandbox.end(),
        }
    }
}
