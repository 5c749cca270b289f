//! How far this machine's figures can be trusted: how much later a sandbox is up than a process that is
//! only spawned, which is what the emulator itself costs and no part of any figure of a contender; and
//! how different two contenders seem that are the same program.

use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use lambdafy_emulator::RuntimeApi;
use tokio::process::Command;
use tokio::time::timeout;

use super::figures::{Figures, Key};
use super::launch::Starting;
use super::plan::Plan;
use super::start::{self, Starter};
use crate::report::{Metric, Panel, Report, number};
use crate::statistics::Samples;

/// The case's name in reports.
pub(super) const CASE: &str = "self-check";
const BARE: &str = "spawned";
const SANDBOX: &str = "sandbox";
const AGAIN: &str = "sandbox-again";

/// What the project promises: point 12 of its third issue.
const LIMIT_MS: f64 = 15.0;

const PATIENCE: Duration = Duration::from_secs(10);

/// Spawns the first program and starts it in sandboxes twice, in turn.
pub(super) async fn run(plan: &Plan, figures: &mut Figures) -> Result<()> {
    let Some(launch) = plan.launches.first() else { return Ok(()) };
    let starter = Starter::new(launch.emulator(), plan.memory[0]).await?;
    let mut order = [BARE, SANDBOX, AGAIN];
    for _ in 0..plan.runs {
        // Another goes first in every round.
        order.rotate_left(1);
        for contender in order {
            let time = if contender == BARE {
                spawned(launch).await.context("the self-check's bare process")?
            } else {
                in_sandbox(&starter, plan).await?
            };
            let key = Key {
                case: CASE.to_owned(),
                contender: contender.to_owned(),
                memory_mb: None,
                metric: Metric::NextMs,
            };
            figures.add(key, time.as_secs_f64() * 1e3);
        }
    }
    starter.stop().await;
    Ok(())
}

/// From fork to the first `next`, with a Runtime API and nothing else.
async fn spawned(launch: &Starting) -> Result<Duration> {
    let api = RuntimeApi::start().await?;
    let mut command = Command::from(launch.command());
    command.envs(api.environment()).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let started = Instant::now();
    let mut child = command.spawn().context("can't start it")?;
    let ready = timeout(PATIENCE, api.ready()).await;
    ready.context("it asked for no event")?.context("it reported an error")?;
    child.kill().await.context("can't end it")?;
    let next = api.first_next().context("it asked for no event")?;
    Ok(next.duration_since(started))
}

/// From the moment at which a sandbox is wanted to the first `next`.
async fn in_sandbox(starter: &Starter, plan: &Plan) -> Result<Duration> {
    let wanted = Instant::now();
    let (sandbox, _) = starter.first_answer(&plan.request).await?;
    start::end(&sandbox).await;
    let init = sandbox.init_duration().context("it asked for no event")?;
    Ok(sandbox.started_at().duration_since(wanted) + init)
}

/// What was found, a line each; nothing if it was not asked for.
pub(super) fn sentences(report: &Report) -> Vec<String> {
    overhead(report).into_iter().chain(noise(report)).collect()
}

fn overhead(report: &Report) -> Option<String> {
    let later = samples(report, SANDBOX)?.difference_to(samples(report, BARE)?)?;
    let (low, high) = later.interval();
    let word = if later.median() <= LIMIT_MS { "met" } else { "MISSED" };
    Some(format!(
        "a sandbox is up {} ms ({} - {}) later than a process that is only spawned, \
         target at most {LIMIT_MS} ms: {word}",
        number(later.median()),
        number(low),
        number(high)
    ))
}

fn noise(report: &Report) -> Option<String> {
    let ratio = samples(report, AGAIN)?.ratio_to(samples(report, SANDBOX)?)?;
    let (low, high) = ratio.interval();
    Some(format!(
        "the same program beside itself has a ratio of {:.2} ({low:.2} - {high:.2}): with so many \
         runs on this machine now, what differs by no more says nothing",
        ratio.median()
    ))
}

fn samples<'a>(report: &'a Report, contender: &str) -> Option<&'a Samples> {
    let panel = Panel { case: CASE.to_owned(), memory_mb: None };
    report.samples(&panel, contender, Metric::NextMs)
}
