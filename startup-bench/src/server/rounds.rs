//! All starts of a run: in each round one of each contender on each database, one after the other.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::contender::{Contender, Site};
use super::database::{Database, System};
use super::function::Blog;
use super::interrupt::Interrupt;
use super::page::Visitor;
use super::{function, load};
use crate::cold::{Figures, Key, to_f64};
use crate::progress::Progress;
use crate::report::Metric;

/// What is measured.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) contenders: Vec<Contender>,
    pub(super) systems: Vec<System>,
    pub(super) runs: u32,
    /// How long each is asked for pages in each round.
    pub(super) load: Duration,
}

/// A contender on a database.
struct Entry<'a> {
    contender: &'a Contender,
    system: System,
    site: Site,
}

/// Home pages of one boot, of which a database is asked.
const PAGES: u32 = 2;
/// Between them: pools take a moment to have a connection back.
const PAUSE: Duration = Duration::from_secs(1);

/// Measures. What was measured comes with the error, if there is one.
pub(super) fn run(plan: &Plan, folder: &Path, interrupt: &Interrupt) -> (Figures, Result<()>) {
    let mut figures = Figures::default();
    let end = measure(plan, folder, interrupt, &mut figures);
    // Ctrl-C in a terminal ends the servers too: they then seem to have failed.
    (figures, interrupt.check().and(end))
}

fn measure(plan: &Plan, folder: &Path, interrupt: &Interrupt, figures: &mut Figures) -> Result<()> {
    let mut entries = Vec::new();
    for &system in &plan.systems {
        for contender in &plan.contenders {
            eprintln!("preparing {} on {}", contender.name(), system.name());
            let site = Site::new(contender, system, folder, interrupt);
            let site = site.with_context(|| contender.name().to_owned())?;
            entries.push(Entry { contender, system, site });
        }
    }
    let mut progress = Progress::new(usize::try_from(plan.runs)?);
    for round in 0..plan.runs {
        progress.step(&format!("round {}", round + 1));
        for entry in &entries {
            let name = entry.contender.name();
            let measured = start(entry, plan.load);
            let place = || format!("{name} on {} in round {}", entry.system.name(), round + 1);
            for (metric, value) in measured.with_context(place)? {
                figures.add(key(entry.system.name(), name, None, metric), value);
            }
        }
    }
    for entry in &entries {
        functions(plan, entry, figures)?;
    }
    Ok(())
}

/// One start: its time, then what two pages cost, then the load.
fn start(entry: &Entry<'_>, time: Duration) -> Result<Vec<(Metric, f64)>> {
    let Entry { contender, site, .. } = entry;
    let started = site.start(contender)?;
    let mut figures = vec![
        (Metric::FirstResponseMs, started.first_page.as_secs_f64() * 1e3),
        (Metric::CpuUs, started.cpu.as_secs_f64() * 1e6),
    ];
    home_page(site)?;
    figures.push((Metric::RssKb, to_f64(started.peak_rss_kb()?)));
    let rate = load::pages_per_second(site.server, time, &site.interrupt).context("under load")?;
    figures.push((Metric::RequestsPerS, rate));
    started.stop();
    // A start of its own: a server that writes a log is slower.
    if site.database.begin_count()? {
        let started = site.start(contender)?;
        for _ in 1..PAGES {
            std::thread::sleep(PAUSE);
            home_page(site)?;
        }
        let asked = site.database.end_count()?;
        started.stop();
        figures.push((Metric::Queries, to_f64(asked.queries)));
        figures.push((Metric::Connections, to_f64(asked.connections)));
    }
    Ok(figures)
}

fn home_page(site: &Site) -> Result<()> {
    let mut visitor = Visitor::connect(site.server, "/").context("the server has gone")?;
    let status = visitor.fetch()?;
    ensure!(status == 200, "the second home page has status {status}");
    Ok(())
}

/// blog-demo as a function; Ghost has no such way.
fn functions(plan: &Plan, entry: &Entry<'_>, figures: &mut Figures) -> Result<()> {
    let (Contender::BlogDemo(program, _), Database::MariaDb(database)) =
        (entry.contender, &entry.site.database)
    else {
        return Ok(());
    };
    for (case, throttles_init) in super::FUNCTIONS {
        let name = entry.contender.name();
        eprintln!("{name} as a {case}");
        let blog = Blog { program, database, images: &entry.site.path("images") };
        let starts = blog.starts(throttles_init, plan.runs, &entry.site.interrupt, |start| {
            for (metric, value) in start.figures() {
                figures.add(key(case, name, Some(function::MEMORY_MB), metric), value);
            }
        });
        starts.context("as a function")?;
    }
    Ok(())
}

fn key(case: &str, contender: &str, memory_mb: Option<u32>, metric: Metric) -> Key {
    Key { case: case.to_owned(), contender: contender.to_owned(), memory_mb, metric }
}
