//! The figures of all starts so far.

use crate::report::{Metric, Row};
use crate::statistics::Samples;

/// Figures by case, contender, memory size and metric, in the order in which they first came.
#[derive(Debug, Default)]
pub(crate) struct Figures(Vec<(Key, Vec<f64>)>);

/// What a figure is of.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Key {
    pub(crate) case: String,
    pub(crate) contender: String,
    pub(crate) memory_mb: Option<u32>,
    pub(crate) metric: Metric,
}

impl Figures {
    pub(crate) fn add(&mut self, key: Key, value: f64) {
        match self.0.iter_mut().find(|(known, _)| *known == key) {
            Some((_, values)) => values.push(value),
            None => self.0.push((key, vec![value])),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// In the order of `cases` and `contenders`, which shuffled starts did not have.
    pub(crate) fn into_rows(mut self, cases: &[&str], contenders: &[&str]) -> Vec<Row> {
        let place = |names: &[&str], name: &str| names.iter().position(|known| *known == name);
        self.0.sort_by_key(|(key, _)| {
            (place(cases, &key.case), key.memory_mb, place(contenders, &key.contender))
        });
        self.0.into_iter().filter_map(|(key, values)| row(key, values)).collect()
    }
}

fn row(key: Key, values: Vec<f64>) -> Option<Row> {
    let Key { case, contender, memory_mb, metric } = key;
    let samples = Samples::collect(values)?;
    Some(Row { case, contender, memory_mb, metric, samples })
}

/// A count as a figure.
#[allow(clippy::cast_precision_loss, reason = "counts far below 2^52")]
pub(crate) fn to_f64(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_the_order_of_the_plan_whatever_the_order_of_starts() {
        let mut figures = Figures::default();
        for (case, contender, value) in
            [("2", "a", 0.5), ("1", "b", 2.0), ("1", "a", 1.0), ("1", "a", 3.0), ("1", "b", 4.0)]
        {
            let key = Key {
                case: case.into(),
                contender: contender.into(),
                memory_mb: None,
                metric: Metric::NextMs,
            };
            figures.add(key, value);
        }
        let rows = figures.into_rows(&["2", "1"], &["a", "b"]);
        let taken: Vec<_> =
            rows.iter().map(|row| (&row.contender[..], row.samples.taken())).collect();
        assert_eq!(taken, [("a", &[0.5][..]), ("a", &[1.0, 3.0]), ("b", &[2.0, 4.0])]);
    }
}
