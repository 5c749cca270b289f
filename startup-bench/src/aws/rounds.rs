//! The runs: each function in turn, a cold start and some warm invocations.

use anyhow::{Context, Result, ensure};

use super::function::Function;
use super::interrupt::Interrupt;
use super::log_report::LogReport;
use super::options::Options;
use crate::progress::Progress;

/// The reports of one function's invocations.
#[derive(Debug, Default)]
pub(super) struct Measured {
    pub(super) cold: Vec<LogReport>,
    pub(super) warm: Vec<LogReport>,
}

/// Measures all; what is measured so far is in `measured`, one for each function, even after an
/// error.
///
/// # Errors
/// If Lambda refuses, a function fails, or a signal comes.
pub(super) async fn run(
    options: &Options,
    functions: &[Function],
    event: &[u8],
    interrupt: &Interrupt,
    measured: &mut [Measured],
) -> Result<()> {
    let mut progress = Progress::new(functions.len() * options.runs as usize);
    for round in 0..options.runs {
        // Each round begins with another function, so that none always follows the same one.
        for place in 0..functions.len() {
            let at = (place + round as usize) % functions.len();
            progress.step(&functions[at].name);
            let mark = format!("{}-{round}", std::process::id());
            start(options, &functions[at], &mark, event, interrupt, &mut measured[at])
                .await
                .with_context(|| format!("{}, run {}", functions[at].name, round + 1))?;
        }
    }
    Ok(())
}

async fn start(
    options: &Options,
    function: &Function,
    mark: &str,
    event: &[u8],
    interrupt: &Interrupt,
    measured: &mut Measured,
) -> Result<()> {
    interrupt.check()?;
    // Not given up: an update on its way would arrive after the function was restored.
    function.renew(mark).await?;
    let version = interrupt.unless(function.ready()).await?;
    let invoked = async {
        for number in 0..=options.warm {
            let report = interrupt.unless(function.invoke(version.as_deref(), event)).await?;
            ensure!(
                number > 0 || report.is_cold() || !function.is_forced(),
                "Lambda answered from a warm sandbox although the configuration had changed"
            );
            if report.is_cold() { &mut measured.cold } else { &mut measured.warm }.push(report);
        }
        Ok(())
    };
    let invoked = invoked.await;
    function.discard(version.as_deref()).await?;
    invoked
}
