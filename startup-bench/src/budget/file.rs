//! The budget file: TOML with one line for each figure, so that a diff says what changed.

use std::fmt;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::report::{Kind, Metric};

/// A whole budget.
#[derive(Clone, Debug, Default)]
pub(crate) struct File {
    pub(super) tolerance: Tolerance,
    pub(super) limits: Vec<Limit>,
}

/// How much worse than recorded a figure may be, as a share of it.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Tolerance {
    /// Ratios of times: noise of a shared machine remains in them.
    pub(super) ratio: f64,
    /// Counts: instructions differ a little between processors and C libraries.
    pub(super) count: f64,
    /// Bytes of a file: the same toolchain makes the same.
    pub(super) bytes: f64,
}

/// The most that one figure may be.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Limit {
    pub(super) work: String,
    pub(super) case: String,
    pub(super) memory_mb: Option<u32>,
    pub(super) contender: String,
    pub(super) metric: Metric,
    pub(super) most: Most,
    /// In the place of the file's.
    pub(super) tolerance: Option<f64>,
}

impl Limit {
    /// Which figure it is of, for people.
    pub(super) fn name(&self) -> String {
        let Self { work, case, memory_mb, contender, metric, .. } = self;
        let memory = memory_mb.map_or_else(String::new, |memory| format!(" {memory} MB"));
        format!("{work} {case}{memory} {contender} {}", metric.name())
    }
}

/// What was recorded.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Most {
    Ratio { of: String, ratio: f64 },
    Value(f64),
}

impl Default for Tolerance {
    fn default() -> Self {
        Self { ratio: 0.15, count: 0.05, bytes: 0.02 }
    }
}

impl File {
    pub(super) fn parse(text: &str) -> Result<Self> {
        let raw: Raw = toml::from_str(text).context("expected TOML as --write-budget makes it")?;
        let limits = raw.limits.into_iter().map(RawLimit::parse).collect::<Result<_>>()?;
        Ok(Self { tolerance: raw.tolerance, limits })
    }

    pub(super) fn tolerance_of(&self, limit: &Limit) -> f64 {
        limit.tolerance.unwrap_or(match limit.metric.kind() {
            _ if matches!(limit.most, Most::Ratio { .. }) => self.tolerance.ratio,
            Kind::Bytes => self.tolerance.bytes,
            _ => self.tolerance.count,
        })
    }
}

impl Limit {
    pub(super) fn is_about_the_same(&self, other: &Self) -> bool {
        let key = |limit: &Self| {
            (limit.work.clone(), limit.case.clone(), limit.memory_mb, limit.contender.clone())
        };
        key(self) == key(other) && self.metric == other.metric
    }
}

/// The file as TOML has it, before names are understood.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(default)]
    tolerance: Tolerance,
    limits: Vec<RawLimit>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLimit {
    work: String,
    case: String,
    memory_mb: Option<u32>,
    contender: String,
    metric: String,
    of: Option<String>,
    ratio: Option<f64>,
    value: Option<f64>,
    tolerance: Option<f64>,
}

impl RawLimit {
    fn parse(self) -> Result<Limit> {
        let Some(metric) = Metric::of_name(&self.metric) else {
            bail!("no metric {}; there are: {}", self.metric, Metric::names());
        };
        let most = match (self.of, self.ratio, self.value) {
            (Some(of), Some(ratio), None) => Most::Ratio { of, ratio },
            (None, None, Some(_)) if metric.kind() == Kind::Time => bail!(
                "a limit of {} in {} is an absolute time, which holds on one machine only: \
                 give `of` and `ratio`",
                self.metric,
                self.case
            ),
            (None, None, Some(value)) => Most::Value(value),
            _ => bail!(
                "a limit of {} in {} needs either `value`, or `of` and `ratio`",
                self.metric,
                self.case
            ),
        };
        let Self { work, case, memory_mb, contender, tolerance, .. } = self;
        Ok(Limit { work, case, memory_mb, contender, metric, most, tolerance })
    }
}

impl fmt::Display for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tolerance { ratio, count, bytes } = self.tolerance;
        writeln!(f, "# What startup-bench holds later runs to: --budget. Made by --write-budget.")?;
        writeln!(f, "# No absolute times: `ratio` is to the contender `of` in the same run.\n")?;
        writeln!(
            f,
            "# How much worse than recorded each may be, as a share; a limit may have its own."
        )?;
        writeln!(f, "tolerance = {{ ratio = {ratio}, count = {count}, bytes = {bytes} }}\n")?;
        writeln!(f, "limits = [")?;
        self.limits.iter().try_for_each(|limit| writeln!(f, "  {limit},"))?;
        writeln!(f, "]")
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |text: &str| toml::Value::from(text).to_string();
        write!(f, "{{ work = {}, case = {}", quoted(&self.work), quoted(&self.case))?;
        if let Some(memory) = self.memory_mb {
            write!(f, ", memory_mb = {memory}")?;
        }
        write!(f, ", contender = {}", quoted(&self.contender))?;
        write!(f, ", metric = {}", quoted(self.metric.name()))?;
        match &self.most {
            Most::Ratio { of, ratio } => write!(f, ", of = {}, ratio = {ratio:.4}", quoted(of))?,
            Most::Value(value) => write!(f, ", value = {value}")?,
        }
        match self.tolerance {
            Some(tolerance) => write!(f, ", tolerance = {tolerance} }}"),
            None => write!(f, " }}"),
        }
    }
}
