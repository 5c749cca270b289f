//! What becomes of a commit whose answer is lost: PostgreSQL is asked.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use lambdafy::pool::{Config, Pool};
use sqlx::Postgres;

use super::database::{Server, System};
use super::path::Path;

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_asked_about() {
    let (done, runs, rows) = commit_while(Path::hang_up, |_| {}).await;
    assert_eq!((done.unwrap(), runs, &*rows), ((), 1, "1"));
}

#[tokio::test]
async fn a_commit_is_known_after_a_restart_of_the_server() {
    let restart = |server: &mut Server<Postgres>| {
        // The commit is done meanwhile.
        sleep(Duration::from_secs(1));
        server.restart();
    };
    let (done, runs, rows) = commit_while(Path::hang_up, restart).await;
    assert_eq!((done.unwrap(), runs, &*rows), ((), 1, "1"));
}

#[tokio::test]
async fn a_commit_that_the_server_gives_up_is_done_again() {
    let kill = |server: &mut Server<Postgres>| Postgres::kill_sessions(server);
    // The server says so; another connection is told.
    for lose in [(|_| {}) as fn(&Path), Path::hang_up] {
        let (done, runs, rows) = commit_while(lose, kill).await;
        assert_eq!((done.unwrap(), runs, &*rows), ((), 2, "1"));
    }
}

#[tokio::test]
async fn a_commit_that_a_crash_has_lost_is_not_taken_for_that_of_another() {
    let crash_and_write = |server: &mut Server<Postgres>| {
        let lost = crash(server);
        let next = server.execute("SELECT txid_current()");
        assert_eq!(next.trim(), lost, "the server gives the number again");
    };
    let (done, runs, rows) = commit_while(|_| {}, crash_and_write).await;
    assert_eq!((runs, &*rows), (1, "0"));
    done.unwrap_err();
}

/// Has the server lose what it has not written; the number of the transaction that it committed.
fn crash(server: &Server<Postgres>) -> String {
    let committing =
        "SELECT pid || ' ' || backend_xid FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    let found = server.execute(committing);
    let (pid, number) = found.trim().split_once(' ').unwrap();
    let killed = std::process::Command::new("kill").args(["-KILL", pid]).status().unwrap();
    assert!(killed.success());
    // It goes down a moment later.
    while server.try_execute(committing).is_ok_and(|found| !found.trim().is_empty()) {
        sleep(Duration::from_millis(10));
    }
    for _ in 0..1000 {
        if server.try_execute("SELECT 1").is_ok() {
            return number.into();
        }
        sleep(Duration::from_millis(10));
    }
    panic!("the server does not come back");
}

/// Commits a row, which takes half a second, and meanwhile does something to the way and to the server;
/// what came of it, how many runs it took, and how many rows there are.
async fn commit_while(
    lose: impl FnOnce(&Path),
    end: impl FnOnce(&mut Server<Postgres>),
) -> (sqlx::Result<()>, u64, String) {
    let mut server = server().await;
    let path = Path::to(server.address()).await;
    let pool = Pool::<Postgres>::with(Config::new(), server.options_at(path.address));
    let runs = AtomicU64::new(0);
    let work = pool.transaction(|transaction| {
        runs.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            Postgres::run(transaction, "INSERT INTO slow VALUES (1)").await.map(drop)
        })
    });
    let disturb = async {
        commit_begins(&server).await;
        lose(&path);
        // The way is a task of this thread, which is stopped then.
        tokio::time::sleep(Duration::from_millis(20)).await;
        end(&mut server);
    };
    let (done, ()) = tokio::join!(work, disturb);
    let rows = Postgres::text(&pool, "SELECT count(*)::text FROM slow").await.unwrap();
    (done, runs.into_inner(), rows)
}

/// One whose log is written by commits alone, with a table whose rows take half a second to commit.
async fn server() -> Server<Postgres> {
    let server = Postgres::with_slots(5);
    server.execute("ALTER SYSTEM SET wal_writer_delay = '10s'");
    server.execute("ALTER SYSTEM SET synchronous_commit = on");
    server.execute("SELECT pg_reload_conf()");
    let mut connection = server.pool(Config::new()).get().await.unwrap();
    for sql in [
        "CREATE TABLE slow (number int)",
        "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS \
         'BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END'",
        "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED \
         FOR EACH ROW EXECUTE FUNCTION wait()",
    ] {
        Postgres::run(&mut connection, sql).await.unwrap();
    }
    connection.close().await;
    server
}

async fn commit_begins(server: &Server<Postgres>) {
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    for _ in 0..500 {
        if server.execute(sql).trim() == "1" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{}", server.execute("SELECT query, state, wait_event FROM pg_stat_activity"));
}
