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
        Self {
            file: file.to_owned(),
            key: key.unwrap_or_default(),
            message,
            line: span.map(|span| Line::of(text, &span)),
        }
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
        Self {
            number: text[..start].matches('\n').count() + 1,
            column: column + 1,
            text: line.to_owned(),
            width: text[span.start..end].chars().count().max(1),
        }
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
