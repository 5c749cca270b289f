//! What a run found, as a table for people and as JSON rows for programs.

mod json;
mod machine;
mod table;

pub(crate) use json::write;
pub(crate) use table::{Table, number};

/// One figure of one contender in one case.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) work: &'static str,
    pub(crate) case: &'static str,
    pub(crate) contender: &'static str,
    pub(crate) metric: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) samples: Samples,
}

/// One or more measurements of the same thing, in order of size.
#[derive(Debug)]
pub(crate) struct Samples(Vec<f64>);

impl Samples {
    /// At least one measurement.
    pub(crate) fn new(first: f64, others: impl IntoIterator<Item = f64>) -> Self {
        let mut samples: Vec<f64> = std::iter::once(first).chain(others).collect();
        samples.sort_unstable_by(f64::total_cmp);
        Self(samples)
    }

    pub(crate) fn median(&self) -> f64 {
        let middle = self.0.len() / 2;
        match self.0.len() % 2 {
            0 => f64::midpoint(self.0[middle - 1], self.0[middle]),
            _ => self.0[middle],
        }
    }

    pub(crate) fn min(&self) -> f64 {
        self.0[0]
    }

    pub(crate) fn max(&self) -> f64 {
        self.0[self.0.len() - 1]
    }

    /// The first and third quartile, or the extremes of few samples.
    fn spread(&self) -> (f64, f64) {
        let quarter = self.0.len() / 4;
        (self.0[quarter], self.0[self.0.len() - 1 - quarter])
    }

    fn runs(&self) -> usize {
        self.0.len()
    }
}

/// A contender's median of a metric in one case.
pub(crate) fn median(rows: &[Row], case: &str, contender: &str, metric: &str) -> Option<f64> {
    let fits = |row: &&Row| row.case == case && row.contender == contender && row.metric == metric;
    rows.iter().find(fits).map(|row| row.samples.median())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_come_in_any_order() {
        let samples = Samples::new(4.0, [1.0, 2.0, 3.0]);
        assert_eq!((samples.min(), samples.median(), samples.max()), (1.0, 2.5, 4.0));
        assert_eq!(samples.spread(), (2.0, 3.0));
    }
}
