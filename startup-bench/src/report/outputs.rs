//! Where a report goes beside the terminal, as every measuring command offers it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::{Report, json, markdown, svg};
use crate::budget;
use crate::contenders::LAMBDA_HTTP;

/// The options about a report that all commands share.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Report")]
pub(crate) struct Outputs {
    /// What ratios are relative to.
    #[arg(long, value_name = "NAME", default_value = LAMBDA_HTTP)]
    pub(crate) baseline: String,
    /// Also write the figures to this file; README.md has the schema.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Also write tables for a README to this file; - is standard output.
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Also draw a picture into this file.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Fail with exit code 3 if a ratio or a count is worse than this file allows.
    #[arg(long, value_name = "FILE")]
    budget: Option<PathBuf>,
    /// Record the ratios and counts of this run in this file, for --budget.
    #[arg(long, value_name = "FILE", conflicts_with = "budget")]
    write_budget: Option<PathBuf>,
    /// Stands in the Markdown file in the place of the usual tables.
    #[arg(skip)]
    tables: Option<String>,
}

impl Outputs {
    /// Reads what can be wrong before hours are spent on measuring.
    ///
    /// # Errors
    /// If the budget can't be read, or there is no folder for a file.
    pub(crate) fn check(&self) -> Result<()> {
        check_places([&self.json, &self.markdown, &self.svg, &self.write_budget])?;
        match &self.budget {
            Some(path) => budget::read(path).map(drop),
            None => Ok(()),
        }
    }

    /// The same with Markdown of the command's own, where the usual tables don't show what matters.
    pub(crate) fn with_tables(&self, markdown: String) -> Self {
        Self { tables: Some(markdown), ..self.clone() }
    }

    /// Writes all that was asked for, then holds the report against the budget.
    ///
    /// # Errors
    /// If a file can't be written, or the budget is exceeded: [`budget::Exceeded`].
    pub(crate) fn write(&self, report: &Report) -> Result<()> {
        self.write_with(report, None)
    }

    /// The same with a picture of the command's own, where bars to medians don't show what happened.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub(crate) fn write_with(&self, report: &Report, picture: Option<&str>) -> Result<()> {
        self.write_figures(report, picture)?;
        if let Some(path) = &self.write_budget {
            save(path, &budget::record(path, report)?)?;
        }
        self.budget.as_ref().map_or(Ok(()), |path| budget::hold(path, report))
    }

    /// Writes the figures of a run that was cut short: a budget needs a whole one. Without any figure
    /// no file is touched.
    ///
    /// # Errors
    /// If a file can't be written.
    pub(crate) fn write_figures(&self, report: &Report, picture: Option<&str>) -> Result<()> {
        if report.rows.is_empty() {
            return Ok(());
        }
        if !report.rows.iter().any(|row| row.contender == report.baseline) {
            eprintln!("no ratios: the baseline {} was not measured", report.baseline);
        }
        if let Some(path) = &self.json {
            save(path, &json::text(report)?)?;
        }
        if let Some(path) = &self.markdown {
            save(path, &self.tables.clone().unwrap_or_else(|| markdown::text(report)))?;
        }
        if let Some(path) = &self.svg {
            save(path, &picture.map_or_else(|| svg::text(report), str::to_owned))?;
        }
        Ok(())
    }
}

/// Looks before hours are spent on measuring whether files have folders to be written to.
///
/// # Errors
/// If one has none.
pub(crate) fn check_places<const N: usize>(files: [&Option<PathBuf>; N]) -> Result<()> {
    for path in files.into_iter().flatten() {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            bail!("can't write {}: there is no folder {}", path.display(), folder.display());
        }
    }
    Ok(())
}

/// Writes a file; `-` is standard output.
///
/// # Errors
/// If it can't be written.
pub(crate) fn save(path: &Path, text: &str) -> Result<()> {
    if path == Path::new("-") {
        print!("{text}");
        return Ok(());
    }
    std::fs::write(path, text).with_context(|| format!("can't write {}", path.display()))
}
