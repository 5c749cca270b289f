//! Rows that are written through everything that can happen, and counted.

use std::collections::BTreeSet;
use std::time::Duration;

use lambdafy::pool::Config;
use lambdafy_emulator::Emulator;

use super::database::{Server, System};
use super::function::{function, invoke};

on_both!(no_row_is_lost_or_doubled_by_what_happens_to_sandboxes_and_sessions);

const WRITERS: u32 = 4;
const ROWS: u32 = 25;

async fn no_row_is_lost_or_doubled_by_what_happens_to_sandboxes_and_sessions<DB: System>() {
    let server = DB::with_slots(10);
    let pool = server.pool(Config::new());
    let mut connection = pool.get().await.unwrap();
    // Not a key: a row that is written twice must be seen.
    DB::run(&mut connection, "CREATE TABLE numbered (number int)").await.unwrap();
    drop(connection);
    let builder = function(&server, "permits").max_sandboxes(WRITERS as usize);
    let emulator = builder.start().await.unwrap();
    let writers = (0..WRITERS).map(|writer| write(&emulator, writer * ROWS..(writer + 1) * ROWS));
    let (written, ()) =
        tokio::join!(futures_util::future::join_all(writers), disturb(&emulator, &server));
    let acknowledged: BTreeSet<u32> =
        written.iter().flat_map(|written| written.0.clone()).collect();
    let tried: u32 = written.iter().map(|written| written.1).sum();
    let sql = "SELECT CONCAT(COUNT(*), ' ', COUNT(DISTINCT number)) FROM numbered";
    let counted = DB::text(&pool, sql).await.unwrap();
    let (rows, distinct) = counted.split_once(' ').unwrap();
    assert_eq!(rows, distinct, "rows were doubled");
    for number in &acknowledged {
        let sql = format!("SELECT CONCAT(COUNT(*), '') FROM numbered WHERE number = {number}");
        assert_eq!(DB::text(&pool, &sql).await.unwrap(), "1", "row {number}");
    }
    assert_eq!(tried, WRITERS * ROWS);
    // What was killed in the middle is not acknowledged; most is.
    assert!(acknowledged.len() > 50, "{} of {tried}", acknowledged.len());
}

/// Writes rows, each once; the numbers that were acknowledged, and how many were tried.
async fn write(emulator: &Emulator, numbers: std::ops::Range<u32>) -> (Vec<u32>, u32) {
    let mut acknowledged = Vec::new();
    let mut tried = 0;
    for number in numbers {
        let invoked = invoke(emulator, "POST", &format!("/rows/{number}")).await;
        tried += 1;
        let answer: serde_json::Value =
            serde_json::from_slice(&invoked.payload).unwrap_or_default();
        if invoked.error.is_none() && answer["statusCode"] == 200 {
            acknowledged.push(number);
        }
    }
    (acknowledged, tried)
}

/// Kills sandboxes, freezes them in the middle of their work, ends sessions.
async fn disturb<DB: System>(emulator: &Emulator, server: &Server<DB>) {
    for round in 0..20 {
        tokio::time::sleep(Duration::from_millis(60)).await;
        let sandboxes = emulator.sandboxes();
        let Some(sandbox) = sandboxes.get(round % WRITERS as usize) else { continue };
        match round % 4 {
            0 => DB::kill_sessions(server),
            1 => sandbox.kill(),
            2 => {
                sandbox.freeze();
                tokio::time::sleep(Duration::from_millis(50)).await;
                sandbox.thaw();
            }
            _ => sandbox.end(),
        }
    }
}
