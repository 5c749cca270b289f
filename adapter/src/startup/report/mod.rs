//! The report: what was recorded, told in the forms that were asked for.

mod json;
mod start;
mod writer;

use std::io::Write;

use super::profiler::Profiler;
use super::record::Profile;
use super::settings::{Format, Output, Settings};
use start::Start;

/// What a report is made of.
pub(super) struct Report<'a> {
    pub(super) profile: &'a Profile,
    pub(super) start: Start,
}

/// Ends the recording and writes all reports; does nothing the second time.
#[cold]
pub(super) fn write(profiler: &Profiler) {
    let Some(profile) = profiler.finish() else { return };
    let report = Report::of(&profile, &profiler.settings);
    for output in &profiler.settings.outputs {
        let text = report.render(output.format);
        if let Err(error) = put(output, &text) {
            let place = output.path.as_deref().unwrap_or("the output");
            crate::log::error(&format!(
                "the start-up report cannot be written to {place}: {error}"
            ));
        }
    }
}

impl<'a> Report<'a> {
    fn of(profile: &'a Profile, settings: &Settings) -> Self {
        Self { profile, start: Start::of(profile, settings) }
    }

    fn render(&self, format: Format) -> Vec<u8> {
        match format {
            Format::Json => json::render(self),
            _ => Vec::new(),
        }
    }
}

fn put(output: &Output, text: &[u8]) -> std::io::Result<()> {
    match &output.path {
        None if output.format == Format::Terminal => std::io::stderr().lock().write_all(text),
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
