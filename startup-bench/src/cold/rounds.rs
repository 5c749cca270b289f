//! All starts of a run, one after the other.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::figures::{Figures, Key};
use super::page_cache::mapped;
use super::plan::{Plan, Step};
use super::start::{self, Start, Starter};
use super::{Interrupted, instructions, self_check, usage};
use crate::progress::Progress;
use crate::report::Metric;

/// A contender with one memory size.
struct Ready {
    launch: usize,
    memory_mb: Option<u32>,
    starter: Starter,
    /// What is deployed, and what it has mapped once it has answered.
    files: Vec<PathBuf>,
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
    for ready in ready {
        ready.starter.stop().await;
    }
    Ok(())
}

/// Opens the emulators and starts each once, unmeasured: the answer is checked, the files are known.
async fn prepare(plan: &Plan) -> Result<Vec<Ready>> {
    let mut all = Vec::new();
    for (launch, of) in plan.launches.iter().enumerate() {
        for &memory_mb in &plan.memory {
            let emulator = of.emulator().throttle_init(plan.throttles_init);
            let starter = Starter::new(emulator, memory_mb).await?;
            if all.is_empty() && memory_mb.is_some() {
                for lack in starter.lacks() {
                    eprintln!("memory sizes on this machine: {lack}");
                }
            }
            let first = starter.first_answer(&plan.request).await;
            let (sandbox, _) = first.with_context(|| of.name.clone())?;
            let mut files = of.files()?;
            for pid in usage::members(sandbox.pid())? {
                files.extend(mapped(pid)?);
            }
            start::end(&sandbox).await;
            all.push(Ready { launch, memory_mb, starter, files });
        }
    }
    Ok(all)
}

async fn one(plan: &Plan, ready: &[Ready], step: &Step) -> Result<Start> {
    let fits = |ready: &&Ready| (ready.launch, ready.memory_mb) == (step.launch, step.memory_mb);
    let ready = ready.iter().find(fits).context("a start that was not planned")?;
    step.cached.prepare(&ready.files)?;
    ready.starter.measure(&plan.request).await
}

fn add(plan: &Plan, figures: &mut Figures, step: &Step, started: &Start) {
    let Start { next, first_response, usage } = started;
    let values = [
        (Metric::FirstResponseMs, first_response.as_secs_f64() * 1e3),
        (Metric::NextMs, next.as_secs_f64() * 1e3),
        (Metric::CpuUs, usage.cpu.as_secs_f64() * 1e6),
        (Metric::MinorFaults, to_f64(usage.minor_faults)),
        (Metric::MajorFaults, to_f64(usage.major_faults)),
        (Metric::RssKb, to_f64(usage.peak_rss_kb)),
    ];
    for (metric, value) in values {
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

#[allow(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn to_f64(count: u64) -> f64 {
    count as f64
}
