//! One start of one contender, measured from outside.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use lambdafy_emulator::{EmulatorBuilder, Feature, Function, Invoked, Sandbox};
use tokio::time::timeout;

use super::figures::to_f64;
use super::request::Request;
use super::usage::{self, Usage};
use crate::one_sandbox::OneSandbox;
use crate::report::Metric;

/// A function that is started again and again, each time in a new sandbox.
pub(crate) struct Starter(OneSandbox);

/// What a start took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start {
    /// From exec to the first `next`.
    pub(crate) next: Duration,
    /// And from there, without the emulator's own time between, to the end of the first answer.
    pub(crate) first_response: Duration,
    /// Until the function waits for its second event.
    pub(crate) usage: Usage,
}

/// Lambda's largest memory size, nearly six vCPUs: no limit on most machines.
const LARGEST_MB: u32 = 10_240;

/// How long a function may take for anything, under valgrind too.
const PATIENCE: Duration = Duration::from_secs(120);

impl Starter {
    /// Opens an emulator, without a process yet.
    pub(crate) async fn new(builder: EmulatorBuilder, memory_mb: Option<u32>) -> Result<Self> {
        let memory_mb = memory_mb.unwrap_or(LARGEST_MB);
        let function = Function::new("bench").timeout(PATIENCE).memory_mb(memory_mb);
        let builder = builder.function(function).init_timeout(PATIENCE);
        Ok(Self(OneSandbox::open(builder).await?))
    }

    /// What of a memory size can't be had on this machine, in sentences.
    pub(crate) fn lacks(&self) -> Vec<String> {
        self.0.lacks(&[Feature::Cpu, Feature::Memory])
    }

    /// Starts a sandbox by its first event; returns when it has answered and waits, frozen.
    ///
    /// # Errors
    /// If it does not start, or does not answer as it should; with what it printed.
    pub(crate) async fn first_answer(&self, request: &Request) -> Result<(Sandbox, Invoked)> {
        let invoked = self.0.invoke(request.event.clone()).await?;
        if let Some(error) = &invoked.error {
            bail!("it did not answer: {error}; {}", printed(&invoked));
        }
        request.check(&invoked.payload).with_context(|| printed(&invoked))?;
        let ended = || format!("it ended after its first answer; {}", printed(&invoked));
        let sandbox = self.0.sandbox().with_context(ended)?;
        let rest = timeout(PATIENCE, self.0.rests()).await;
        rest.context("it answered, but did not ask for another event")?;
        Ok((sandbox, invoked))
    }

    /// One start's figures, and its sandbox, which has ended.
    ///
    /// # Errors
    /// As [`Self::first_answer`].
    pub(crate) async fn measure(&self, request: &Request) -> Result<(Start, Sandbox)> {
        let (sandbox, invoked) = self.first_answer(request).await?;
        let next = sandbox.init_duration().context("it asked for no event")?;
        let usage = usage::of_group(sandbox.pid())?;
        end(&sandbox).await;
        Ok((Start { next, first_response: next + invoked.duration, usage }, sandbox))
    }

    /// Politely ends what is left.
    pub(crate) async fn stop(self) {
        self.0.stop().await;
    }
}

impl Start {
    /// What `cold` and `profile` report of it.
    pub(crate) fn figures(&self) -> [(Metric, f64); 6] {
        let Self { next, first_response, usage } = self;
        [
            (Metric::FirstResponseMs, first_response.as_secs_f64() * 1e3),
            (Metric::NextMs, next.as_secs_f64() * 1e3),
            (Metric::CpuUs, usage.cpu.as_secs_f64() * 1e6),
            (Metric::MinorFaults, to_f64(usage.minor_faults)),
            (Metric::MajorFaults, to_f64(usage.major_faults)),
            (Metric::RssKb, to_f64(usage.peak_rss_kb)),
        ]
    }
}

/// Ends a sandbox and waits until it is gone.
pub(crate) async fn end(sandbox: &Sandbox) {
    sandbox.kill();
    sandbox.ended().await;
}

fn printed(invoked: &Invoked) -> String {
    let lines: Vec<&str> = invoked.logs.iter().map(|line| line.text.as_str()).collect();
    format!("it printed: {}", lines.join("\n").chars().take(2_000).collect::<String>())
}
