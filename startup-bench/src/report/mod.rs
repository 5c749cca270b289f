//! What a run found, for people and for programs: tables, JSON, Markdown, a picture, budgets.

#[cfg(test)]
pub(crate) mod fixture;
pub(crate) mod json;
mod machine;
mod markdown;
mod metric;
mod outputs;
mod summary;
pub(crate) mod svg;
mod table;

pub(crate) use json::with_profiles;
pub(crate) use machine::Machine;
pub(crate) use metric::{Kind, Metric};
pub(crate) use outputs::{Outputs, check_places, save};
pub(crate) use summary::summary;
pub(crate) use table::{Table, number};

use crate::statistics::Samples;

/// What one command measured.
#[derive(Debug)]
pub(crate) struct Report {
    /// The command: `translate`, `loop`, `cold`.
    pub(crate) work: &'static str,
    /// The metric that ratios in tables and the picture are about.
    pub(crate) headline: Metric,
    /// The contender that ratios refer to.
    pub(crate) baseline: String,
    /// The cases, each with a title for people.
    pub(crate) cases: Vec<(String, String)>,
    pub(crate) rows: Vec<Row>,
    pub(crate) machine: Machine,
}

/// One figure of one contender in one case.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) case: String,
    pub(crate) contender: String,
    /// `None` where nothing was limited.
    pub(crate) memory_mb: Option<u32>,
    pub(crate) metric: Metric,
    pub(crate) samples: Samples,
}

/// The rows that can be compared: of one case with one memory size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Panel {
    pub(crate) case: String,
    pub(crate) memory_mb: Option<u32>,
}

impl Report {
    /// In the order in which they first occur.
    pub(crate) fn panels(&self) -> Vec<Panel> {
        distinct(self.rows.iter().map(Row::panel))
    }

    pub(crate) fn contenders(&self, panel: &Panel) -> Vec<&str> {
        distinct(self.of(panel).map(|row| row.contender.as_str()))
    }

    pub(crate) fn metrics(&self, panel: &Panel) -> Vec<Metric> {
        distinct(self.of(panel).map(|row| row.metric))
    }

    pub(crate) fn samples(
        &self,
        panel: &Panel,
        contender: &str,
        metric: Metric,
    ) -> Option<&Samples> {
        let fits = |row: &&Row| row.contender == contender && row.metric == metric;
        self.of(panel).find(fits).map(|row| &row.samples)
    }

    /// What this contender needs for each one that the other needs.
    pub(crate) fn ratio(
        &self,
        panel: &Panel,
        contender: &str,
        other: &str,
        metric: Metric,
    ) -> Option<Samples> {
        let own = self.samples(panel, contender, metric)?;
        own.ratio_to(self.samples(panel, other, metric)?)
    }

    /// For people: the case's title and the memory size.
    pub(crate) fn title(&self, panel: &Panel) -> String {
        let case = self.cases.iter().find(|(name, _)| *name == panel.case);
        let title = case.map_or(panel.case.as_str(), |(_, title)| title);
        match panel.memory_mb {
            Some(memory) => format!("{title}, {memory} MB"),
            None => title.to_owned(),
        }
    }

    fn of(&self, panel: &Panel) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| row.panel() == *panel)
    }
}

impl Row {
    pub(crate) fn panel(&self) -> Panel {
        Panel { case: self.case.clone(), memory_mb: self.memory_mb }
    }
}

/// A contender's median of a metric in one case without a memory size.
pub(crate) fn median(rows: &[Row], case: &str, contender: &str, metric: Metric) -> Option<f64> {
    let fits = |row: &&Row| row.case == case && row.contender == contender && row.metric == metric;
    rows.iter().find(fits).map(|row| row.samples.median())
}

fn distinct<T: PartialEq>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut distinct = Vec::new();
    for one in all {
        if !distinct.contains(&one) {
            distinct.push(one);
        }
    }
    distinct
}

#[cfg(test)]
mod tests;
