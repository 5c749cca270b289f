//! Servers inside a network namespace, as the sandboxes of the emulator have them.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "test code")]

use std::net::TcpStream;
use std::process::{Child, Command};

use lambdafy_backends::{MariaDb, PostgreSql};
use nix::sched::{CloneFlags, unshare};

/// Spawns the command from a thread that is in a new network namespace.
fn inside(mut command: Command) -> std::io::Result<Child> {
    std::thread::scope(|scope| {
        let child = scope.spawn(|| {
            unshare(CloneFlags::CLONE_NEWNET)?;
            let up = Command::new("ip").args(["link", "set", "lo", "up"]).status()?;
            assert!(up.success(), "ip link set lo up");
            command.spawn()
        });
        child.join().unwrap()
    })
}

#[test]
fn servers_start_inside_a_network_namespace() {
    if !nix::unistd::Uid::effective().is_root() {
        eprintln!(
            "not root, so no network namespace: only that the hook starts the server is tested"
        );
        let mut spawned = 0;
        let spawn = |mut command: Command| {
            spawned += 1;
            command.spawn()
        };
        drop(PostgreSql::builder().spawn_with(spawn).start().unwrap());
        assert_eq!(spawned, 1);
        return;
    }
    let postgresql = PostgreSql::builder().spawn_with(inside).start().unwrap();
    assert_eq!(postgresql.execute("SELECT 1").unwrap(), "1\n");
    assert!(TcpStream::connect(postgresql.address()).is_err(), "it listens out here");

    let mariadb = MariaDb::builder().spawn_with(inside).start().unwrap();
    assert_eq!(mariadb.execute("SELECT 1").unwrap(), "1\n");
    assert!(TcpStream::connect(mariadb.address()).is_err(), "it listens out here");
}
