//! The text of what is between braces, aligned as `terraform fmt` aligns it.

use std::fmt::Write;

use super::{Body, Hcl, Kind, Map};
use crate::tree::Value;
use crate::tree::yaml::{self, wrapped};

pub(super) fn body(out: &mut String, block: &Body, depth: usize) {
    let width = widths(block);
    for (at, item) in block.items.iter().enumerate() {
        // Blocks stand apart from what is before them.
        if at > 0 && matches!(item.kind, Kind::Block { .. }) {
            out.push('\n');
        }
        write_comment(out, item.comment.as_deref(), depth);
        indent(out, depth);
        match &item.kind {
            Kind::Attribute(name, value) => {
                let _ = write!(out, "{name:0$} = ", width[at]);
                write_value(out, value, depth);
                out.push('\n');
            }
            Kind::Block { name, labels, body } => {
                out.push_str(name);
                for label in labels {
                    let _ = write!(out, " {}", quoted(label));
                }
                out.push_str(" {\n");
                self::body(out, body, depth + 1);
                indent(out, depth);
                out.push_str("}\n");
            }
        }
    }
}

/// How wide each name is written: attributes on lines that follow each other have their equals
/// signs below each other, if their values take one line.
fn widths(body: &Body) -> Vec<usize> {
    let names = body.items.iter().map(|item| match &item.kind {
        Kind::Attribute(name, value) if is_one_line(value) => {
            Some((name.len(), item.comment.is_some()))
        }
        _ => None,
    });
    let lengths: Vec<_> = body
        .items
        .iter()
        .map(|item| match &item.kind {
            Kind::Attribute(name, _) => name.len(),
            Kind::Block { .. } => 0,
        })
        .collect();
    aligned(&names.collect::<Vec<_>>(), &lengths)
}

/// The widths of groups of names; `None` and a comment end a group.
fn aligned(names: &[Option<(usize, bool)>], lengths: &[usize]) -> Vec<usize> {
    let mut widths = lengths.to_vec();
    let mut start = 0;
    while start < names.len() {
        let mut end = start;
        while end < names.len()
            && names[end].is_some_and(|(_, has_comment)| end == start || !has_comment)
        {
            end += 1;
        }
        let widest = lengths[start..end].iter().copied().max().unwrap_or(0);
        widths[start..end].fill(widest);
        start = end.max(start + 1);
    }
    widths
}

fn is_one_line(value: &Hcl) -> bool {
    match value {
        Value::Map(map) => map.is_empty(),
        Value::List(items) => fits(items),
        Value::Reference(expression) => !expression.contains('\n'),
        _ => true,
    }
}

/// Whether a list stands on one line: a few short ones do.
fn fits(items: &[Hcl]) -> bool {
    let scalars = items.iter().all(|item| !matches!(item, Value::Map(_) | Value::List(_)));
    let length: usize = items.iter().map(|item| written(item, 0).len() + 2).sum();
    scalars && length <= 80
}

pub(super) fn written(value: &Hcl, depth: usize) -> String {
    let mut out = String::new();
    write_value(&mut out, value, depth);
    out
}

fn write_value(out: &mut String, value: &Hcl, depth: usize) {
    match value {
        Value::Text(text) => out.push_str(&quoted(text)),
        Value::Number(number) => {
            let _ = write!(out, "{number}");
        }
        Value::Bool(flag) => {
            let _ = write!(out, "{flag}");
        }
        Value::Reference(expression) => out.push_str(expression),
        Value::List(items) if fits(items) => {
            let all: Vec<_> = items.iter().map(|item| written(item, depth)).collect();
            let _ = write!(out, "[{}]", all.join(", "));
        }
        Value::List(items) => {
            out.push_str("[\n");
            for item in items {
                indent(out, depth + 1);
                write_value(out, item, depth + 1);
                out.push_str(",\n");
            }
            indent(out, depth);
            out.push(']');
        }
        Value::Map(map) if map.is_empty() => out.push_str("{}"),
        Value::Map(map) => write_map(out, map, depth),
    }
}

fn write_map(out: &mut String, map: &Map, depth: usize) {
    let keys: Vec<_> = map.entries().map(|entry| key(&entry.key)).collect();
    let lengths: Vec<_> = keys.iter().map(|key| key.chars().count()).collect();
    let lines = map.entries().zip(&lengths).map(|(entry, length)| {
        is_one_line(&entry.value).then_some((*length, entry.comment.is_some()))
    });
    let widths = aligned(&lines.collect::<Vec<_>>(), &lengths);
    out.push_str("{\n");
    for ((entry, key), width) in map.entries().zip(keys).zip(widths) {
        write_comment(out, entry.comment.as_deref(), depth + 1);
        indent(out, depth + 1);
        let _ = write!(out, "{key:width$} = ");
        write_value(out, &entry.value, depth + 1);
        out.push('\n');
    }
    indent(out, depth);
    out.push('}');
}

fn write_comment(out: &mut String, comment: Option<&str>, depth: usize) {
    for line in comment.map(|comment| wrapped(comment, 92)).unwrap_or_default() {
        indent(out, depth);
        let _ = writeln!(out, "# {line}");
    }
}

fn indent(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n("  ", depth));
}

/// A key of a map: as it is if it is an identifier, else in quotes.
fn key(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_');
    if plain { text.to_owned() } else { quoted(text) }
}

/// A text in quotes, in which nothing is a template.
fn quoted(text: &str) -> String {
    yaml::quoted(text).replace("${", "$${").replace("%{", "%%{")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_never_a_template() {
        assert_eq!(quoted("${a} %{if} \"\\\n\u{1}"), r#""$${a} %%{if} \"\\\n\u0001""#);
    }
}
