//! How many pages a server gives in a second.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::interrupt::Interrupt;
use super::page::Visitor;

/// So many visitors ask at once, each over a connection of its own.
pub(super) const VISITORS: usize = 4;
/// Before it counts.
const WARM_UP: Duration = Duration::from_millis(500);

/// Home pages in a second, by visitors that ask as soon as they are answered.
///
/// # Errors
/// If a page has another status than 200, a connection ends, or a signal comes.
pub(super) fn pages_per_second(
    server: SocketAddr,
    time: Duration,
    interrupt: &Interrupt,
) -> Result<f64> {
    visit(server, WARM_UP, interrupt)?;
    let start = Instant::now();
    let pages = visit(server, time, interrupt)?;
    Ok(f64::from(pages) / start.elapsed().as_secs_f64())
}

fn visit(server: SocketAddr, time: Duration, interrupt: &Interrupt) -> Result<u32> {
    let end = Instant::now() + time;
    std::thread::scope(|scope| {
        let one = || scope.spawn(move || pages_until(server, end, interrupt));
        let visitors: Vec<_> = (0..VISITORS).map(|_| one()).collect();
        let mut sum = 0;
        for visitor in visitors {
            sum += visitor.join().ok().context("a visitor has failed")??;
        }
        Ok(sum)
    })
}

fn pages_until(server: SocketAddr, end: Instant, interrupt: &Interrupt) -> Result<u32> {
    let mut visitor = Visitor::connect(server, "/").context("the server has gone")?;
    let mut pages = 0;
    while Instant::now() < end {
        interrupt.check()?;
        let status = visitor.fetch()?;
        ensure!(status == 200, "status {status} under load");
        pages += 1;
    }
    Ok(pages)
}
