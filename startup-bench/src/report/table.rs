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

    /// The widest cell of a column; of its heading, the wider of two lines.
    fn width(&self, column: usize) -> usize {
        let heading = self.0.first().into_iter().flat_map(|row| lines(&row[column]));
        let cells = self.0.iter().skip(1).filter_map(|row| row.get(column));
        let widths = heading.chain(cells.map(String::as_str)).map(|cell| cell.chars().count());
        widths.max().unwrap_or(0)
    }

    fn line<'a>(
        &self,
        f: &mut fmt::Formatter<'_>,
        cells: impl Iterator<Item = &'a str>,
    ) -> fmt::Result {
        let mut line = String::new();
        for (column, cell) in cells.enumerate() {
            let width = self.width(column);
            line += &match column {
                0 => format!("  {cell:<width$}"),
                _ => format!("  {cell:>width$}"),
            };
        }
        writeln!(f, "{}", line.trim_end())
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((heading, rows)) = self.0.split_first() else { return Ok(()) };
        for line in 0..2 {
            if heading.iter().any(|cell| !lines(cell)[line].is_empty()) {
                self.line(f, heading.iter().map(|cell| lines(cell)[line]))?;
            }
        }
        rows.iter().try_for_each(|row| self.line(f, row.iter().map(String::as_str)))
    }
}

/// A heading in two lines about as long as each other; a single word stands in the second.
fn lines(heading: &str) -> [&str; 2] {
    let breaks = heading.match_indices(' ').map(|(at, _)| [&heading[..at], &heading[at + 1..]]);
    let longer = |lines: &[&str; 2]| lines[0].chars().count().max(lines[1].chars().count());
    breaks.min_by_key(longer).unwrap_or(["", heading])
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
    fn headings_take_two_lines_and_columns_are_as_narrow_as_they_can_be() {
        let mut table = Table::new(["", "first response ms", "next"].map(str::to_owned).into());
        table.push(["a", "1.25", "1"].map(str::to_owned).into());
        let expected = "           first\n     response ms  next\n  a         1.25     1\n";
        assert_eq!(table.to_string(), expected);
    }

    #[test]
    fn large_figures_are_grouped_and_small_ones_keep_their_decimals() {
        assert_eq!(number(1_234_567.0), "1,234,567");
        assert_eq!(number(75.04), "75.0");
        assert_eq!(number(1.374), "1.37");
        assert_eq!(number(2.0), "2");
        assert_eq!(number(-123.0), "-123");
    }
}
