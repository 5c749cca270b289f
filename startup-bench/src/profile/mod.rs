//! `startup-bench profile`: where the cold starts of one app spend their time.

mod comparison;
mod measure;
mod merged;
mod outline;
mod picture;
mod saved;
mod startup_report;
mod subject;
mod table;
mod tell;

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::cold::Conditions as Asked;
use crate::report::{Machine, Metric, Report, check_places, save, with_profiles};
use comparison::Comparison;
use measure::{Case, Measured, Plan};
use merged::{Conditions, Profile};
use saved::Saved;
use startup_report::VARIABLE;
use subject::{Named, Subject};

/// Options of `startup-bench profile`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    named: Named,
    /// Compares with an earlier run's --json, step by step.
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// The first event, as JSON; any answer but an error is right. [default: an HTTP API's GET /;
    /// of a contender, that of cold]
    #[arg(long, value_name = "FILE")]
    event: Option<PathBuf>,
    #[command(flatten)]
    conditions: Asked,
    /// Also write the figures and the profile to this file, for --against; README.md has the schema.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Also write tables for a README to this file; - is standard output.
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Also draw a picture into this file.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// Measures and reports.
///
/// # Errors
/// If the app can't be built, does not start, or prints no start-up report; if a file can't be read
/// or written.
pub(crate) fn run(options: &Options) -> Result<()> {
    check_places([&options.json, &options.markdown, &options.svg])?;
    let (variable, value) = VARIABLE;
    let is_ours = |(name, _): &(String, String)| name == variable;
    ensure!(!options.conditions.env.iter().any(is_ours), "{variable} is set by the bench itself");
    let saved = options.against.as_deref().map(Saved::read).transpose()?;
    let cases = cases(&options.conditions);
    if let Some(saved) = &saved {
        let conditions: Vec<_> = cases.iter().map(|case| case.conditions.clone()).collect();
        saved.check(&conditions)?;
    }
    let mut subject = Subject::of(&options.named, options.event.as_deref())?;
    subject.launch.surround(&options.conditions.env);
    subject.launch.surround(&[(variable.to_owned(), value.to_owned())]);
    let plan = Plan { subject, cases, runs: options.conditions.runs() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let (measured, end) = runtime.context("tokio cannot start")?.block_on(measure::run(&plan));
    finish(options, &plan, measured, saved.as_ref()).and(end)
}

fn cases(asked: &Asked) -> Vec<Case> {
    let sizes = asked.sizes();
    let each = sizes.iter().flat_map(|&memory_mb| {
        asked.caches().into_iter().map(move |cached| Case {
            conditions: Conditions {
                memory_mb,
                page_cache: cached.name().to_owned(),
                throttled_init: asked.throttle_init,
            },
            cached,
        })
    });
    each.collect()
}

/// Reports what there is, also of a run that was cut short.
fn finish(options: &Options, plan: &Plan, measured: Measured, saved: Option<&Saved>) -> Result<()> {
    let Measured { runs, figures } = measured;
    let profiles: Vec<Profile> = plan
        .cases
        .iter()
        .zip(&runs)
        .filter_map(|(case, runs)| {
            let event = plan.subject.request.name();
            Profile::of(&plan.subject.launch.name, event, case.conditions.clone(), runs)
        })
        .collect();
    if profiles.is_empty() {
        return Ok(());
    }
    let comparisons = profiles
        .iter()
        .map(|after| {
            let before = saved.map(|saved| saved.profile(&after.conditions)).transpose()?;
            Ok(Comparison { before, after })
        })
        .collect::<Result<Vec<_>>>()?;
    let machine = plan.subject.machine().with("runs", plan.runs);
    let facts = serde_json::to_value(&machine).context("the machine's facts")?;
    for comparison in &comparisons {
        println!("\n{}", tell::terminal(comparison));
        if let Some(differences) =
            saved.and_then(|saved| saved.differences(&facts, comparison.after))
        {
            println!("  not the same conditions, so ratios say little: {differences}");
        }
    }
    let report = report(plan, figures, machine);
    if let Some(path) = &options.json {
        save(path, &with_profiles(&report, &profiles)?)?;
    }
    if let Some(path) = &options.markdown {
        save(path, &tell::markdown(&comparisons, &report.machine.sentence()))?;
    }
    if let Some(path) = &options.svg {
        let titles: Vec<String> = comparisons.iter().map(tell::title).collect();
        save(path, &picture::text(&comparisons, &titles, &report.machine.sentence()))?;
    }
    Ok(())
}

fn report(plan: &Plan, figures: crate::cold::Figures, machine: Machine) -> Report {
    let Subject { launch, request, .. } = &plan.subject;
    let cases: Vec<(String, String)> = plan
        .cases
        .iter()
        .map(|case| {
            let throttled = case.conditions.throttled_init;
            (request.case(case.cached, throttled), request.title(case.cached, throttled))
        })
        .collect();
    let names: Vec<&str> = cases.iter().map(|(name, _)| name.as_str()).collect();
    Report {
        rows: figures.into_rows(&names, &[&launch.name]),
        work: "profile",
        headline: Metric::FirstResponseMs,
        baseline: launch.name.clone(),
        cases,
        machine,
    }
}
