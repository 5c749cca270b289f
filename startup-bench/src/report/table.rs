//! A table: names to the left, figures to the right.

use std::fmt;

/// Rows of cells; the first row is the heading. Displayed, it is for a terminal.
#[derive(Debug)]
pub(crate) struct Table(Vec<Vec<String>>);

impl Table {
    pub(crate) fn new(heading: Vec<String>) -> Self {
        Self(vec![heading])
    }

    pub(crate) fn push(&mut self, row: Vec<String>) {
        self.0.push(row);
    }

    /// The same in Markdown.
    pub(crate) fn markdown(&self) -> String {
        let mut lines = self.0.iter().map(|row| format!("| {} |\n", row.join(" | ")));
        let heading = lines.next().unwrap_or_default();
        let columns = self.0.first().map_or(0, Vec::len);
        let rule: String = (0..columns).map(|at| if at == 0 { "|---" } else { "|---:" }).collect();
        heading + &rule + "|\n" + &lines.collect::<String>()
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.0.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.0 {
            for (column, cell) in row.iter().enumerate() {
                let width = self.width(column);
                match column {
                    0 => write!(f, "  {cell:<width$}")?,
                    _ => write!(f, "  {cell:>width$}")?,
                }
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// A figure with thousands' commas; small ones with one decimal, and those below ten with two.
pub(crate) fn number(value: f64) -> String {
    let decimals = match value.abs() {
        _ if value.fract() == 0.0 => 0,
        small if small < 10.0 => 2,
        medium if medium < 1_000.0 => 1,
        _ => 0,
    };
    let text = format!("{value:.decimals$}");
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_figures_are_grouped_and_small_ones_keep_their_decimals() {
        assert_eq!(number(1_234_567.0), "1,234,567");
        assert_eq!(number(75.04), "75.0");
        assert_eq!(number(1.374), "1.37");
        assert_eq!(number(2.0), "2");
        assert_eq!(number(-123.0), "-123");
    }
}
