//! The tree as YAML.

use std::fmt::Write;

use super::{Map, Value};

/// What a reference is in YAML: a tag, and what it is of.
pub trait Tagged: Sized {
    /// The tag, such as `!Ref`, and its operand.
    fn tagged(&self) -> (&'static str, Value<Self>);
}

/// Characters in a line of comment, its indent not counted.
const WIDTH: usize = 92;

/// The map as a YAML document; an empty line stands between the entries of its maps down to
/// `spaced` levels.
#[must_use]
pub fn document<R: Tagged>(map: &Map<R>, spaced: usize) -> String {
    let mut writer = Writer { out: String::new(), spaced };
    writer.map(map, 0);
    writer.out
}

struct Writer {
    out: String,
    spaced: usize,
}

impl Writer {
    fn map<R: Tagged>(&mut self, map: &Map<R>, depth: usize) {
        for (at, entry) in map.entries().enumerate() {
            if at > 0 && depth < self.spaced {
                self.out.push('\n');
            }
            if let Some(comment) = &entry.comment {
                self.comment(comment, depth);
            }
            self.indent(depth);
            self.out.push_str(&scalar(&entry.key));
            self.out.push(':');
            self.value(&entry.value, depth);
        }
    }

    /// What stands after a key or a dash: on the same line if it is short, else below.
    fn value<R: Tagged>(&mut self, value: &Value<R>, depth: usize) {
        match value {
            Value::Text(text) => self.inline(&scalar(text)),
            Value::Number(number) => self.inline(&number.to_string()),
            Value::Bool(flag) => self.inline(&flag.to_string()),
            Value::List(items) if items.is_empty() => self.inline("[]"),
            Value::Map(map) if map.is_empty() => self.inline("{}"),
            Value::List(items) => {
                self.out.push('\n');
                self.list(items, depth + 1);
            }
            Value::Map(map) => {
                self.out.push('\n');
                self.map(map, depth + 1);
            }
            Value::Reference(reference) => {
                let (tag, operand) = reference.tagged();
                self.out.push(' ');
                self.out.push_str(tag);
                self.value(&operand, depth);
            }
        }
    }

    fn list<R: Tagged>(&mut self, items: &[Value<R>], depth: usize) {
        for item in items {
            self.indent(depth);
            self.out.push('-');
            match item {
                // The first key stands beside the dash, the others below it.
                Value::Map(map) if !map.is_empty() => {
                    let start = self.out.len();
                    self.map(map, depth + 1);
                    let first = self.out[start..].find(|c| c != ' ').unwrap_or(0);
                    // A comment above the first key would stand beside the dash.
                    if !self.out[start + first..].starts_with('#') {
                        self.out.replace_range(start..start + first, " ");
                    } else {
                        self.out.insert(start, '\n');
                    }
                }
                _ => self.value(item, depth),
            }
        }
    }

    fn inline(&mut self, text: &str) {
        let _ = writeln!(self.out, " {text}");
    }

    fn indent(&mut self, depth: usize) {
        self.out.extend(std::iter::repeat_n("  ", depth));
    }

    fn comment(&mut self, comment: &str, depth: usize) {
        for line in wrapped(comment, WIDTH) {
            self.indent(depth);
            let _ = writeln!(self.out, "# {line}");
        }
    }
}

/// The words of a text in lines of at most `width` characters.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A text as it must be written to be read as this text: plain where nothing can mistake it, by
/// YAML 1.1 or 1.2, else in double quotes.
fn scalar(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}

fn is_plain(text: &str) -> bool {
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '_');
    let is_inner = |c: u8| c.is_ascii_alphanumeric() || b"_./:- ".contains(&c);
    starts
        && text.bytes().all(is_inner)
        && !text.ends_with([':', ' '])
        && !text.contains(": ")
        && !is_word_of_yaml(text)
}

fn is_word_of_yaml(text: &str) -> bool {
    const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// A text in double quotes, as JSON and Terraform read it too.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_no_parser_can_mistake_is_left_without_quotes() {
        for plain in
            ["AWS::Lambda::Function", "arn:aws:sqs:eu-west-1:1:jobs", "/billing", "two words"]
        {
            assert_eq!(scalar(plain), plain);
        }
        for other in [
            "",
            "yes",
            "No",
            "null",
            "~",
            "1",
            "1e3",
            "0x1f",
            "2012-10-17",
            "12:30",
            "a: b",
            "a:",
            "a #b",
            "!Ref X",
            "*",
            "&a",
            "- a",
            "{a}",
            "[a]",
            "%a",
            "@a",
            "`a",
            "'a'",
            "\"a\"",
            "a\nb",
            " a",
            "a ",
            "?",
            "|",
            ">",
            "a\\b",
            "<<",
            "=",
            "é",
        ] {
            assert!(scalar(other).starts_with('"'), "{other:?}");
        }
        assert_eq!(quoted("a\"b\\c\nd\u{1}\u{2028}"), "\"a\\\"b\\\\c\\nd\\u0001\\u2028\"");
    }
}
