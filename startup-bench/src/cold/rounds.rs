//! All starts of a run, one after the other.

use anyhow::{Context, Result};

use super::figures::{Figures, Key, to_f64};
use super::plan::{Plan, Step};
use super::ready::Ready;
use super::start::Start;
use super::{Interrupted, instructions, self_check};
use crate::progress::Progress;
use crate::report::Metric;

/// A contender with one memory size.
struct Prepared {
    launch: usize,
    memory_mb: Option<u32>,
    ready: Ready,
}

/// Does what was planned. What was measured comes with the error, if there is one.
pub(super) async fn run(plan: &Plan) -> (Figures, Result<()>) {
    let mut figures = Figures::default();
    let end = tokio::select! {
        biased;
        interrupted = tokio::signal::ctrl_c() => {
            interrupted.context("Ctrl-C cannot be caught").and(Err(Interrupted.into()))
        }
        end = measure(plan, &mut figures) => end,
    };
    let sizes = if figures.is_empty() { Ok(()) } else { add_sizes(plan, &mut figures) };
    (figures, end.and(sizes))
}

async fn measure(plan: &Plan, figures: &mut Figures) -> Result<()> {
    let ready = prepare(plan).await?;
    if plan.checks_itself {
        self_check::run(plan, figures).await?;
    }
    let rounds = plan.rounds();
    let mut progress = Progress::new(rounds.len());
    for (number, round) in rounds.iter().enumerate() {
        progress.step(&format!("round {}", number + 1));
        for step in round {
            let name = &plan.launches[step.launch].name;
            let started = one(plan, &ready, step).await;
            let started = started.with_context(|| format!("{name} in round {}", number + 1))?;
            add(plan, figures, step, &started);
        }
    }
    if plan.counts_instructions {
        count(plan, figures).await?;
    }
    for prepared in ready {
        prepared.ready.stop().await;
    }
    Ok(())
}

/// Opens the emulators and starts each once, unmeasured.
async fn prepare(plan: &Plan) -> Result<Vec<Prepared>> {
    let mut all: Vec<Prepared> = Vec::new();
    for (launch, of) in plan.launches.iter().enumerate() {
        for &memory_mb in &plan.memory {
            let ready = Ready::new(of, memory_mb, plan.throttles_init, &plan.request).await;
            let ready = ready.with_context(|| of.name.clone())?;
            if all.is_empty() {
                ready.say_lacks();
            }
            all.push(Prepared { launch, memory_mb, ready });
        }
    }
    Ok(all)
}

async fn one(plan: &Plan, all: &[Prepared], step: &Step) -> Result<Start> {
    let fits = |one: &&Prepared| (one.launch, one.memory_mb) == (step.launch, step.memory_mb);
    let prepared = all.iter().find(fits).context("a start that was not planned")?;
    prepared.ready.start(step.cached, &plan.request).await.map(|(start, _)| start)
}

fn add(plan: &Plan, figures: &mut Figures, step: &Step, started: &Start) {
    for (metric, value) in started.figures() {
        figures.add(key(plan, step, metric), value);
    }
}

fn add_sizes(plan: &Plan, figures: &mut Figures) -> Result<()> {
    for step in conditions(plan) {
        let bytes = plan.launches[step.launch].bytes()?;
        figures.add(key(plan, &step, Metric::BinaryBytes), to_f64(bytes));
    }
    Ok(())
}

/// Instructions depend neither on the memory size nor on the page cache.
async fn count(plan: &Plan, figures: &mut Figures) -> Result<()> {
    let tool = instructions::tool()?;
    let mut progress = Progress::new(plan.launches.len());
    for (launch, of) in plan.launches.iter().enumerate() {
        progress.step(&format!("instructions of {}", of.name));
        match instructions::count(&tool, of, &plan.request).await {
            Ok(count) => {
                for step in conditions(plan).into_iter().filter(|step| step.launch == launch) {
                    figures.add(key(plan, &step, Metric::Instructions), to_f64(count));
                }
            }
            Err(error) => eprintln!("no instructions of {}: {error:#}", of.name),
        }
    }
    Ok(())
}

fn conditions(plan: &Plan) -> Vec<Step> {
    plan.rounds().into_iter().next().unwrap_or_default()
}

fn key(plan: &Plan, step: &Step, metric: Metric) -> Key {
    Key {
        case: plan.case(step.cached),
        contender: plan.launches[step.launch].name.clone(),
        memory_mb: step.memory_mb,
        metric,
    }
}
