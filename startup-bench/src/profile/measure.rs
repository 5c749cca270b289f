//! The starts of a profile: every condition once in each round.

use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use lambdafy_emulator::{LogLine, Sandbox};

use super::merged::{Conditions, Run};
use super::outline::{self, Seen};
use super::startup_report::{StartupReport, VARIABLE};
use super::subject::Subject;
use crate::cold::{Cached, Figures, Interrupted, Key, Ready, Start, to_f64};
use crate::progress::Progress;
use crate::report::Metric;

/// What is to be measured.
pub(super) struct Plan {
    pub(super) subject: Subject,
    pub(super) cases: Vec<Case>,
    pub(super) runs: u32,
}

/// One condition.
pub(super) struct Case {
    pub(super) conditions: Conditions,
    pub(super) cached: Cached,
}

/// What was measured: for each case its starts, and the figures from outside.
#[derive(Debug, Default)]
pub(super) struct Measured {
    pub(super) runs: Vec<Vec<Run>>,
    pub(super) figures: Figures,
}

/// Does all starts. What was measured comes with the error, if there is one.
pub(super) async fn run(plan: &Plan) -> (Measured, Result<()>) {
    let mut measured =
        Measured { runs: plan.cases.iter().map(|_| Vec::new()).collect(), ..Measured::default() };
    let end = tokio::select! {
        biased;
        interrupted = tokio::signal::ctrl_c() => {
            interrupted.context("Ctrl-C cannot be caught").and(Err(Interrupted.into()))
        }
        end = rounds(plan, &mut measured) => end,
    };
    (measured, end)
}

async fn rounds(plan: &Plan, measured: &mut Measured) -> Result<()> {
    let Subject { launch, request, .. } = &plan.subject;
    let name = &launch.name;
    let mut ready = Vec::new();
    for case in &plan.cases {
        let Conditions { memory_mb, throttled_init, .. } = case.conditions;
        let one = Ready::new(launch, memory_mb, throttled_init, request).await;
        ready.push(one.with_context(|| name.clone())?);
    }
    if let Some(first) = ready.first() {
        first.say_lacks();
    }
    let mut progress = Progress::new(plan.runs as usize);
    for round in 1..=plan.runs {
        progress.step(&format!("round {round}"));
        for (at, (case, ready)) in plan.cases.iter().zip(&ready).enumerate() {
            let started = ready.start(case.cached, request).await;
            let (start, sandbox) = started.with_context(|| format!("{name} in round {round}"))?;
            let run = observed(&start, &sandbox, name)?;
            if let Some(runs) = measured.runs.get_mut(at) {
                runs.push(run);
            }
            add(plan, case, &mut measured.figures, &start)?;
        }
    }
    for ready in ready {
        ready.stop().await;
    }
    Ok(())
}

fn observed(start: &Start, sandbox: &Sandbox, name: &str) -> Result<Run> {
    let logs = sandbox.logs();
    let printed = logs.iter().filter(|line| !line.is_error && !line.is_platform);
    let report = StartupReport::find(printed.map(|line: &LogLine| line.text.as_str()));
    let Some(report) = report.with_context(|| name.to_owned())? else {
        bail!(no_report(name));
    };
    let started = SystemTime::now()
        .checked_sub(sandbox.started_at().elapsed())
        .unwrap_or(SystemTime::UNIX_EPOCH);
    let rows = outline::rows(&report, &Seen { started, start: *start });
    Ok(Run { rows, report })
}

fn no_report(name: &str) -> String {
    let (variable, _) = VARIABLE;
    format!(
        "{name} answers, but printed no start-up report, so its steps can't be seen. The report is \
         lambdafy's: a function whose main calls lambdafy::run or lambdafy::serve prints one where \
         {variable} is set, without a change of the app (adapter/docs/cold-start.md). What can be \
         seen of any function from outside, its time to the first request for an event, first \
         response, CPU time, page faults and memory, `startup-bench cold --program {name}=PATH` \
         measures"
    )
}

fn add(plan: &Plan, case: &Case, figures: &mut Figures, start: &Start) -> Result<()> {
    let Conditions { memory_mb, throttled_init, .. } = case.conditions;
    let bytes = (Metric::BinaryBytes, to_f64(plan.subject.launch.bytes()?));
    for (metric, value) in start.figures().into_iter().chain([bytes]) {
        let key = Key {
            case: plan.subject.request.case(case.cached, throttled_init),
            contender: plan.subject.launch.name.clone(),
            memory_mb,
            metric,
        };
        figures.add(key, value);
    }
    Ok(())
}
