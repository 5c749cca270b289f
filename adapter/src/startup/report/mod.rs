//! The report: what was recorded, told in the forms that were asked for.

#[cfg(feature = "startup-report")]
mod axis;
#[cfg(feature = "startup-report")]
mod emf;
mod json;
#[cfg(feature = "startup-report")]
mod outline;
#[cfg(feature = "startup-report")]
mod program;
mod start;
#[cfg(feature = "startup-report")]
mod svg;
#[cfg(feature = "startup-report")]
mod terminal;
#[cfg(feature = "startup-report")]
mod trace;
mod writer;

use std::io::Write;

#[cfg(feature = "startup-report")]
use super::analysis::{CriticalPath, Estimate, Finding, Story};
use super::clock::Nanos;
use super::profiler::Profiler;
use super::record::Profile;
use super::settings::{Format, Output, Settings};
pub(super) use start::Start;

/// What a report is made of.
pub(super) struct Report<'a> {
    pub(super) profile: &'a Profile,
    pub(super) start: Start,
    #[cfg(feature = "startup-report")]
    pub(super) analysis: Analysis<'a>,
}

/// What the record means.
#[cfg(feature = "startup-report")]
pub(super) struct Analysis<'a> {
    pub(super) story: Story<'a>,
    pub(super) path: CriticalPath,
    pub(super) findings: Vec<Finding>,
    pub(super) what_if: Vec<Estimate>,
    program: Option<program::Program>,
}

/// Ends the recording and writes all reports; does nothing the second time.
#[cold]
pub(super) fn write(profiler: &Profiler) {
    let Some(profile) = profiler.finish() else { return };
    #[cfg(feature = "startup-report")]
    let profile = {
        let mut profile = profile;
        profile.note_sockets(super::sockets::open(), None);
        profile
    };
    let report = Report::of(&profile, &profiler.settings);
    for output in &profiler.settings.outputs {
        let text = report.render(output.format);
        if let Err(error) = put(output, &text) {
            let place = output.path.as_deref().unwrap_or("the output");
            crate::log::error(&format!("no start-up report can be written to {place}: {error}"));
        }
    }
}

impl<'a> Report<'a> {
    pub(super) fn of(profile: &'a Profile, settings: &Settings) -> Self {
        let start = Start::of(profile, settings);
        Self {
            profile,
            start,
            #[cfg(feature = "startup-report")]
            analysis: Analysis::of(Story::of(profile, start)),
        }
    }

    #[cfg(not(feature = "startup-report"))]
    fn render(&self, format: Format) -> Vec<u8> {
        match format {
            Format::Json => json::render(self),
        }
    }

    #[cfg(feature = "startup-report")]
    fn render(&self, format: Format) -> Vec<u8> {
        match format {
            Format::Json => json::render(self),
            Format::Terminal => terminal::render(self).into_bytes(),
            Format::Trace => trace::render(self),
            Format::Svg => svg::render(self).into_bytes(),
            Format::Emf => emf::render(self),
        }
    }
}

#[cfg(feature = "startup-report")]
impl<'a> Analysis<'a> {
    pub(super) fn of(story: Story<'a>) -> Self {
        let path = CriticalPath::of(&story);
        Self {
            findings: super::analysis::find(&story, &path),
            what_if: super::analysis::what_if(&story, &path),
            program: program::Program::read(),
            path,
            story,
        }
    }
}

fn put(output: &Output, text: &[u8]) -> std::io::Result<()> {
    match &output.path {
        None if output.format.is_for_people() => std::io::stderr().lock().write_all(text),
        None => {
            let mut out = std::io::stdout().lock();
            out.write_all(text)?;
            out.flush()
        }
        Some(path) => {
            // Whoever waits for the file finds it whole.
            let part = format!("{path}.{}", std::process::id());
            std::fs::write(&part, text)?;
            std::fs::rename(&part, path)
        }
    }
}

/// Microseconds.
pub(super) fn us(time: Nanos) -> u64 {
    time / 1000
}

/// Milliseconds with one decimal, of ten and more without.
#[cfg(feature = "startup-report")]
pub(super) fn ms(time: Nanos) -> String {
    let tenths = (time + 50_000) / 100_000;
    if tenths < 100 {
        format!("{}.{}", tenths / 10, tenths % 10)
    } else {
        ((tenths + 5) / 10).to_string()
    }
}
