//! What has changed between two texts.

use std::time::Duration;

use serde::Serialize;
use similar::{ChangeTag, TextDiff};
use tokio::task::spawn_blocking;

/// Lines around a change that are shown with it.
const AROUND: usize = 3;
/// Longer searches for the smallest difference end with a larger one.
const AT_MOST: Duration = Duration::from_millis(300);

/// A line of a difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Line {
    /// `same`, `added`, `removed`, or `skipped`: lines that are the same and far from any change.
    kind: &'static str,
    parts: Vec<Part>,
}

/// Words of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Part {
    text: String,
    /// Whether just these have changed in the line.
    is_changed: bool,
}

/// What has changed from one text to the other, off the threads that answer requests; none if that
/// failed.
pub(super) async fn lines(from: String, to: String) -> Option<Vec<Line>> {
    spawn_blocking(move || changed(&from, &to)).await.ok()
}

fn changed(from: &str, to: &str) -> Vec<Line> {
    let diff = TextDiff::configure().timeout(AT_MOST).diff_lines(from, to);
    let mut lines = Vec::new();
    let mut shown = 0;
    for group in diff.grouped_ops(AROUND) {
        let start = group.first().map_or(shown, |op| op.old_range().start);
        skip(&mut lines, start.saturating_sub(shown));
        shown = group.last().map_or(start, |op| op.old_range().end);
        for change in group.iter().flat_map(|op| diff.iter_inline_changes(op)) {
            let kind = match change.tag() {
                ChangeTag::Equal => "same",
                ChangeTag::Insert => "added",
                ChangeTag::Delete => "removed",
            };
            let parts = change.iter_strings_lossy().map(|(is_changed, text)| Part {
                text: text.trim_end_matches('\n').to_owned(),
                is_changed,
            });
            lines.push(Line { kind, parts: parts.collect() });
        }
    }
    if !lines.is_empty() {
        skip(&mut lines, from.lines().count().saturating_sub(shown));
    }
    lines
}

fn skip(lines: &mut Vec<Line>, count: usize) {
    if count > 0 {
        let unit = if count == 1 { "line" } else { "lines" };
        let text = format!("{count} unchanged {unit}");
        lines.push(Line { kind: "skipped", parts: vec![Part { text, is_changed: false }] });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(from: &str, to: &str) -> Vec<String> {
        let line = |line: &Line| {
            let parts = line.parts.iter().map(|part| {
                if part.is_changed { format!("[{}]", part.text) } else { part.text.clone() }
            });
            format!("{}: {}", line.kind, parts.collect::<String>())
        };
        changed(from, to).iter().map(line).collect()
    }

    #[test]
    fn changed_words_are_marked_within_their_lines() {
        assert_eq!(
            seen("a\nthe quick fox\n", "a\nthe slow fox\n"),
            ["same: a", "removed: the [quick] fox", "added: the [slow] fox"]
        );
        assert_eq!(seen("a\n", "a\n"), Vec::<String>::new());
    }

    #[test]
    fn what_is_far_from_a_change_is_counted() {
        let from = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        assert_eq!(
            seen(from, &from.replace("5\n", "")),
            [
                "skipped: 1 unchanged line",
                "same: 2",
                "same: 3",
                "same: 4",
                "removed: 5",
                "same: 6",
                "same: 7",
                "same: 8",
                "skipped: 1 unchanged line"
            ]
        );
    }

    #[test]
    fn large_texts_that_share_nothing_take_no_time_to_speak_of() {
        let text = |word: &str| (0..40_000).map(|n| format!("{word} {n}\n")).collect::<String>();
        let start = std::time::Instant::now();
        assert!(!changed(&text("old"), &text("new")).is_empty());
        assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    }
}
