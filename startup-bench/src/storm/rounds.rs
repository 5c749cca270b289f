//! Every contender goes through the storm, each time with a server of its own.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::contender::Contender;
use super::ledger::{Ledger, Verdict};
use super::lives::{Lives, Place};
use super::plan::Plan;
use super::server::Server;
use super::watch::{Alive, Look, Watch};
use crate::cold::Interrupted;
use crate::progress::Progress;

/// A contender's way through it.
#[derive(Debug)]
pub(super) struct Storm {
    pub(super) contender: String,
    pub(super) ledger: Ledger,
    pub(super) verdict: Verdict,
    pub(super) looks: Vec<Look>,
    /// When the server was down, from and to.
    pub(super) down: Option<(Duration, Duration)>,
    pub(super) connects: u64,
    pub(super) took: Duration,
}

/// Tells how far it is so often for each contender.
const TELLS: usize = 5;

/// Runs all rounds. What was measured comes with the error, if there is one.
pub(super) async fn run(plan: &Plan, contenders: &[Contender]) -> (Vec<Storm>, Result<()>) {
    let mut storms = Vec::new();
    let end = tokio::select! {
        biased;
        interrupted = tokio::signal::ctrl_c() => {
            interrupted.context("Ctrl-C cannot be caught").and(Err(Interrupted.into()))
        }
        end = rounds(plan, contenders, &mut storms) => end,
    };
    (storms, end)
}

async fn rounds(plan: &Plan, contenders: &[Contender], storms: &mut Vec<Storm>) -> Result<()> {
    let steps = plan.runs as usize * contenders.len() * TELLS;
    let progress = RefCell::new(Progress::new(steps));
    for run in 0..plan.runs {
        for contender in contenders {
            let storm = storm(plan, contender, run, &progress).await;
            storms.push(storm.with_context(|| contender.name.clone())?);
        }
    }
    Ok(())
}

async fn storm(
    plan: &Plan,
    contender: &Contender,
    run: u32,
    progress: &RefCell<Progress>,
) -> Result<Storm> {
    let server = Server::start(plan.system, plan.slots)?;
    let places = open(plan, contender, &server).await?;
    for lack in places.iter().take(1).filter_map(Place::lacks) {
        eprintln!("{lack}");
    }
    let alive: Alive = {
        let places = places.clone();
        Arc::new(move || places.iter().filter_map(Place::process).collect())
    };
    let start = Instant::now();
    let watch = Watch::start(server, alive, plan.restart_at);
    let tell = tell(plan, &contender.name, progress);
    let ledger = Lives::new(plan, run, tell).run(&places).await?;
    let took = start.elapsed();
    let watched = watch.end()?;
    let verdict = ledger.verdict(&watched.server.written()?);
    Ok(Storm {
        contender: contender.name.clone(),
        ledger,
        verdict,
        looks: watched.looks,
        down: watched.down,
        connects: watched.connects,
        took,
    })
}

async fn open(plan: &Plan, contender: &Contender, server: &Server) -> Result<Arc<Vec<Place>>> {
    let mut places = Vec::new();
    for _ in 0..plan.alive {
        places.push(Place::open(contender.emulator(server), plan).await?);
    }
    Ok(Arc::new(places))
}

/// What says on stderr how far the contender is.
fn tell<'a>(plan: &Plan, name: &'a str, progress: &'a RefCell<Progress>) -> impl Fn(usize) + 'a {
    let all = plan.sandboxes as usize;
    progress.borrow_mut().step(&format!("{name}: the first of {all} sandboxes"));
    move |ended| {
        let tenths = |ended: usize| ended * TELLS / all;
        if ended < all && tenths(ended) > tenths(ended - 1) {
            progress.borrow_mut().step(&format!("{name}: {ended} of {all} sandboxes"));
        }
    }
}
