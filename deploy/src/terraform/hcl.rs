//! Terraform's language, written as `terraform fmt` would.

use std::fmt::Write;

use crate::tree::Value;
use crate::tree::yaml::wrapped;

/// A value of an attribute; a reference is an expression such as `aws_iam_role.app.arn`.
pub(super) type Hcl = Value<String>;

/// A map of such values.
pub(super) type Map = crate::tree::Map<String>;

/// What stands between two braces.
#[derive(Clone, Debug, Default)]
pub(super) struct Body {
    pub(super) items: Vec<Item>,
    pending: Option<String>,
}

/// An attribute or a block.
#[derive(Clone, Debug)]
pub(super) struct Item {
    comment: Option<String>,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Attribute(String, Hcl),
    Block { name: String, labels: Vec<String>, body: Body },
}

/// An expression, written as it is.
pub(super) fn expression(text: impl Into<String>) -> Hcl {
    Value::Reference(text.into())
}

/// A document as JSON, as the value of a resource's attribute.
pub(super) fn json(map: Map) -> Hcl {
    expression(format!("jsonencode({})", written(&Value::Map(map), 1)))
}

impl Body {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Adds an attribute.
    pub(super) fn set(self, name: &str, value: impl Into<Hcl>) -> Self {
        self.push(Kind::Attribute(name.to_owned(), value.into()))
    }

    /// Adds an attribute if there is a value.
    pub(super) fn set_some(mut self, name: &str, value: Option<impl Into<Hcl>>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => {
                self.pending = None;
                self
            }
        }
    }

    /// Adds a block without labels.
    pub(super) fn block(self, name: &str, body: Self) -> Self {
        self.push(Kind::Block { name: name.to_owned(), labels: Vec::new(), body })
    }

    /// Adds a block if there is a body.
    pub(super) fn block_some(mut self, name: &str, body: Option<Self>) -> Self {
        match body {
            Some(body) => self.block(name, body),
            None => {
                self.pending = None;
                self
            }
        }
    }

    /// Adds a block with labels, such as a resource.
    pub(super) fn labelled(self, name: &str, labels: &[&str], body: Self) -> Self {
        let labels = labels.iter().map(|label| (*label).to_owned()).collect();
        self.push(Kind::Block { name: name.to_owned(), labels, body })
    }

    /// Adds a resource.
    pub(super) fn resource(self, kind: &str, name: &str, body: Self) -> Self {
        self.labelled("resource", &[kind, name], body)
    }

    /// A comment for what is added next.
    pub(super) fn note(mut self, comment: &str) -> Self {
        self.pending = Some(comment.to_owned());
        self
    }

    /// Adds everything of another body.
    pub(super) fn merge(mut self, other: Self) -> Self {
        self.items.extend(other.items);
        self
    }

    fn push(mut self, kind: Kind) -> Self {
        let comment = self.pending.take();
        self.items.push(Item { comment, kind });
        self
    }

    /// The text of a file.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        write_body(&mut out, self, 0);
        out
    }
}

fn write_body(out: &mut String, body: &Body, depth: usize) {
    let width = widths(body);
    for (at, item) in body.items.iter().enumerate() {
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
                write_body(out, body, depth + 1);
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

fn written(value: &Hcl, depth: usize) -> String {
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
    out.replace("${", "$${").replace("%{", "%%{")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_never_a_template() {
        assert_eq!(quoted("${a} %{if} \"\\\n\u{1}"), r#""$${a} %%{if} \"\\\n\u0001""#);
    }

    #[test]
    fn names_stand_below_each_other_as_terraform_fmt_has_them() {
        let body = Body::new()
            .set("a", 1_u32)
            .set("longer", true)
            .set("map", Map::new().put("x", 1_u32).put("a-b", "c"))
            .set("b", "2")
            .note("why")
            .set("longest", "3")
            .block("inner", Body::new().set("c", expression("x.y")));
        assert_eq!(
            body.text(),
            "a      = 1\nlonger = true\nmap = {\n  x     = 1\n  \"a-b\" = \"c\"\n}\nb = \"2\"\n\
             # why\nlongest = \"3\"\n\ninner {\n  c = x.y\n}\n"
        );
    }
}
