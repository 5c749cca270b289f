//! Looks at the server from time to time, and restarts it if it is to be.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};

use super::server::Server;
use super::sockets;

/// How often it looks: each look is a process of the server's command-line client.
const PAUSE: Duration = Duration::from_millis(400);

/// The process ids of the sandboxes that are alive at the moment.
pub(super) type Alive = Arc<dyn Fn() -> Vec<u32> + Send + Sync>;

/// A thread that looks.
#[derive(Debug)]
pub(super) struct Watch {
    /// When this goes, it ends.
    stop: Sender<()>,
    thread: JoinHandle<Result<Watched>>,
}

/// What it saw.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) server: Server,
    pub(super) looks: Vec<Look>,
    /// When the server was down, from and to.
    pub(super) down: Option<(Duration, Duration)>,
    /// How often the application has logged in.
    pub(super) connects: u64,
}

/// The server at one moment of the storm.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub(super) at: Duration,
    /// Of the application.
    pub(super) sessions: usize,
    /// Those whose client is gone.
    pub(super) zombies: usize,
}

impl Watch {
    pub(super) fn start(server: Server, alive: Alive, restart_at: Option<Duration>) -> Self {
        let (stop, stopped) = channel();
        let thread = std::thread::spawn(move || {
            let of_others = server.connects()?;
            let mut work = Work { server, alive, start: Instant::now(), restart_at, before: 0 };
            let (mut looks, mut down) = (Vec::new(), None);
            loop {
                looks.push(work.look()?);
                down = work.restart_if_due()?.or(down);
                if stopped.recv_timeout(PAUSE) == Err(RecvTimeoutError::Disconnected) {
                    break;
                }
            }
            looks.push(work.look()?);
            let connects = work.before + work.server.connects()?;
            let connects = connects.saturating_sub(of_others);
            Ok(Watched { server: work.server, looks, down, connects })
        });
        Self { stop, thread }
    }

    /// Ends it.
    ///
    /// # Errors
    /// If the server could not be looked at, or did not come up again.
    pub(super) fn end(self) -> Result<Watched> {
        drop(self.stop);
        let watched = self.thread.join().map_err(|_panic| anyhow!("it panicked"));
        watched.and_then(|watched| watched).context("watching the database server")
    }
}

struct Work {
    server: Server,
    alive: Alive,
    start: Instant,
    /// Not yet restarted.
    restart_at: Option<Duration>,
    /// Logins before the restart.
    before: u64,
}

impl Work {
    fn look(&self) -> Result<Look> {
        let before = sockets::of(&(self.alive)());
        let sessions = self.server.sessions()?;
        let at = self.start.elapsed();
        let after = sockets::of(&(self.alive)());
        // One that came or went while the server was asked is no zombie.
        let is_zombie = |client: &&SocketAddr| !before.contains(client) && !after.contains(client);
        let zombies = sessions.iter().filter(is_zombie).count();
        Ok(Look { at, sessions: sessions.len(), zombies })
    }

    fn restart_if_due(&mut self) -> Result<Option<(Duration, Duration)>> {
        if self.restart_at.is_none_or(|at| self.start.elapsed() < at) {
            return Ok(None);
        }
        self.restart_at = None;
        let before = self.server.connects()?;
        let from = self.start.elapsed();
        self.server.restart()?;
        self.before = if self.server.counts_anew() { before } else { 0 };
        Ok(Some((from, self.start.elapsed())))
    }
}
