//! The report as Markdown that can be pasted into a README.

use std::fmt::Write;

use super::{Report, summary};

/// A heading and a table for each case, then what they were measured with.
pub(super) fn text(report: &Report) -> String {
    let mut text = String::new();
    for summary in summary(report) {
        // Writing to a String can't fail.
        let _ = writeln!(text, "### {}\n\n{}", summary.title, summary.table.markdown());
        for note in summary.notes {
            let _ = writeln!(text, "{}\n", note.replacen('*', "\\*", 1));
        }
    }
    let _ = writeln!(text, "{}", report.machine.sentence());
    text
}
