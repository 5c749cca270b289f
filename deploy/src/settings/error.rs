//! An error in the settings, with the line that it is about.

use std::fmt;
use std::ops::Range;

use super::Places;

/// What is wrong in the settings, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError {
    file: String,
    key: String,
    message: String,
    line: Option<Line>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    number: usize,
    column: usize,
    text: String,
    width: usize,
}

impl SettingsError {
    pub(crate) fn new(file: &str, text: &str, span: Option<Range<usize>>, message: String) -> Self {
        let key =
            span.as_ref().and_then(|span| Places::of(text).key_at(span.start).map(str::to_owned));
        let key = key.unwrap_or_default();
        let is_value = key.starts_with("environment.") && message.starts_with("invalid type");
        // What stands there may be a secret.
        let message = if is_value { "expected a text in quotes".to_owned() } else { message };
        let line = span.map(|span| Line::of(text, &span));
        Self { file: file.to_owned(), key, message, line }
    }

    /// The same error, about a key that the text does not have.
    pub(super) fn about(self, key: String) -> Self {
        Self { key, ..self }
    }

    /// The key, without `package.metadata.lambdafy`; empty if the error is about the whole file.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The line, from 1.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.line.as_ref().map(|line| line.number)
    }

    /// What is wrong, and what was expected.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl Line {
    fn of(text: &str, span: &Range<usize>) -> Self {
        let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
        let line = text[start..].lines().next().unwrap_or_default();
        let column = text[start..span.start].chars().count();
        let end = span.end.min(start + line.len()).max(span.start);
        let number = text[..start].matches('\n').count() + 1;
        let width = text[span.start..end].chars().count().max(1);
        let Some(shown) = without_value(&text[..start], line) else {
            return Self { number, column: column + 1, text: line.to_owned(), width };
        };
        let most = shown.chars().count();
        let column = column.min(most.saturating_sub(1));
        Self { number, column: column + 1, text: shown, width: width.min(most - column).max(1) }
    }
}

/// The line without its value if it is an environment variable's, which may be a secret; `None` for
/// any other. It goes by the looks, since the text may be no TOML.
fn without_value(before: &str, line: &str) -> Option<String> {
    let is_header = |line: &&str| line.trim_start().starts_with('[');
    let header = before.lines().rev().find(is_header).unwrap_or_default();
    let is_inside = header.contains("environment") && !is_header(&line);
    if !is_inside && !line.contains("environment") {
        return None;
    }
    match line.split_once('=') {
        Some((key, _)) => Some(format!("{}= ...", key)),
        None if is_inside => Some("...".to_owned()),
        None => None,
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = &self.line {
            write!(f, ":{}:{}", line.number, line.column)?;
        }
        f.write_str(": ")?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(self.message.trim_end())?;
        if let Some(line) = &self.line {
            let number = line.number.to_string();
            let margin = " ".repeat(number.len());
            let indent = " ".repeat(line.column - 1);
            let mark = "^".repeat(line.width);
            write!(f, "\n{margin} |\n{number} | {}\n{margin} | {indent}{mark}", line.text)?;
        }
        Ok(())
    }
}

impl std::error::Error for SettingsError {}
