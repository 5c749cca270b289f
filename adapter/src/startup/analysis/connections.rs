//! What connections did: stalls of Nagle's algorithm, and a second one to the same server.

use std::net::SocketAddr;

use super::super::clock::Nanos;
use super::super::record::{Kind, Step, StepId};
use super::super::report::ms;
use super::super::sockets::{Seen, Socket};
use super::{Finding, Story};

/// How long a peer waits for more before it acknowledges a small segment; Nagle's algorithm
/// holds back the next one until then. 40 ms on Linux, and what it takes to be woken.
const STALL: std::ops::Range<Nanos> = 38_000_000..56_000_000;

/// Steps that stood still for 40 ms while a socket without TCP_NODELAY was open.
pub(super) fn stalls(story: &Story<'_>) -> Vec<Finding> {
    let steps = story.steps().filter(|(id, step)| step.kind != Kind::Phase && story.is_leaf(*id));
    steps.filter_map(|(id, step)| stall(story, id, step)).collect()
}

fn stall(story: &Story<'_>, id: StepId, step: &Step) -> Option<Finding> {
    let gaps: Vec<Nanos> = step
        .gaps
        .iter()
        .map(|(_, length)| *length)
        .filter(|length| STALL.contains(length))
        .collect();
    if gaps.is_empty() {
        return None;
    }
    let delayed =
        others(story).find(|seen| !seen.socket.is_no_delay && was_open(story, seen, step))?;
    Some(Finding {
        kind: "nagle",
        steps: vec![id],
        saves: gaps.iter().sum(),
        text: format!(
            "'{}' stood still {} for about 40 ms, with a connection to {} that has no TCP_NODELAY: \
             Nagle's algorithm waits for the delayed acknowledgement of its peer",
            step.name,
            times(gaps.len()),
            Server(delayed.socket.peer)
        ),
        cure: "set TCP_NODELAY on the socket, where the client has an option for it",
    })
}

fn times(count: usize) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        _ => format!("{count} times"),
    }
}

/// Whether it was there by the end of this step, first seen then or before.
fn was_open(story: &Story<'_>, seen: &Seen, step: &Step) -> bool {
    seen.step.is_some_and(|other| story.step(other).end <= step.end)
}

/// Servers to which more than one connection was opened.
pub(super) fn repeated(story: &Story<'_>) -> Vec<Finding> {
    let mut servers: Vec<SocketAddr> = others(story).map(|seen| seen.socket.peer).collect();
    servers.sort_unstable();
    servers.dedup();
    servers.into_iter().filter_map(|server| repeated_to(story, server)).collect()
}

fn repeated_to(story: &Story<'_>, server: SocketAddr) -> Option<Finding> {
    // HTTP clients open as many as there are requests at once.
    if matches!(server.port(), 80 | 443) {
        return None;
    }
    let mut connections: Vec<&Seen> = Vec::new();
    for seen in others(story).filter(|seen| seen.socket.peer == server) {
        // One whose TCP_NODELAY has changed is the same.
        if !connections.iter().any(|other| other.socket.local == seen.socket.local) {
            connections.push(seen);
        }
    }
    if connections.len() < 2 {
        return None;
    }
    let mut steps: Vec<StepId> = connections.iter().filter_map(|seen| seen.step).collect();
    let walls = || steps.iter().map(|id| story.step(*id).wall());
    // What one connection takes: at most what the shortest of these steps took.
    let each = walls().min().unwrap_or_default();
    steps.dedup();
    let saves = each * (connections.len() as u64 - 1) / if steps.len() < 2 { 2 } else { 1 };
    Some(Finding {
        kind: "second_connection",
        saves,
        text: format!(
            "{} connections to {} were opened{}",
            connections.len(),
            Server(server),
            names(story, &steps)
        ),
        steps,
        cure: "a pool of one connection, which is given back before it is asked for again, needs no second",
    })
}

fn names(story: &Story<'_>, steps: &[StepId]) -> String {
    let name =
        |id: &StepId| format!("'{}' ({} ms)", story.step(*id).name, ms(story.step(*id).wall()));
    match steps {
        [] => String::new(),
        steps => format!(" by {}", steps.iter().map(name).collect::<Vec<_>>().join(" and ")),
    }
}

/// All but the runtime's own and those of clients.
fn others<'a>(story: &'a Story<'_>) -> impl Iterator<Item = &'a Seen> {
    let own = crate::runtime::env::own_addresses();
    let is_own = move |socket: &Socket| {
        own.api.is_some_and(|api| api == socket.peer) || own.port == Some(socket.local.port())
    };
    story.profile.sockets.iter().filter(move |seen| !is_own(&seen.socket))
}

/// An address, with the kind of server that usually listens there.
struct Server(SocketAddr);

impl std::fmt::Display for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = match self.0.port() {
            5432 | 6432 => " (PostgreSQL)",
            3306 => " (MySQL)",
            6379 => " (Redis)",
            27017 => " (MongoDB)",
            443 => " (HTTPS)",
            _ => "",
        };
        write!(f, "{}{kind}", self.0)
    }
}
