//! Lexical, the form of Ghost's editor since version 5.

use serde_json::Value;

use super::Notes;
use super::cards::card;
use super::markup::{attribute, escape};

/// The flags of a text node's format, and the element of each, the outermost first.
const FORMATS: [(u64, &str); 8] = [
    (1, "strong"),
    (2, "em"),
    (4, "s"),
    (8, "u"),
    (16, "code"),
    (32, "sub"),
    (64, "sup"),
    (128, "mark"),
];
/// No text nests so deep.
const DEEPEST: usize = 120;

/// The document as HTML.
pub(super) fn html(document: &Value, notes: &mut Notes) -> String {
    let mut out = String::new();
    for node in children(&document["root"]) {
        block(node, notes, &mut out);
        out.push('\n');
    }
    out
}

fn children(node: &Value) -> &[Value] {
    node["children"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn block(node: &Value, notes: &mut Notes, out: &mut String) {
    let kind = node["type"].as_str().unwrap_or_default();
    let text = |key: &str| node[key].as_str().unwrap_or_default();
    match kind {
        "paragraph" => wrapped("p", node, notes, out),
        "heading" | "extended-heading" => {
            let tag = text("tag");
            let is_heading = ["h1", "h2", "h3", "h4", "h5", "h6"].contains(&tag);
            wrapped(if is_heading { tag } else { "h2" }, node, notes, out);
        }
        "quote" | "extended-quote" => wrapped("blockquote", node, notes, out),
        "aside" => wrapped("aside", node, notes, out),
        "list" => list(node, notes, out, 0),
        "text" | "extended-text" | "link" | "autolink" | "linebreak" => {
            inline(node, notes, out, 0);
        }
        _ => out.push_str(&card(kind, node, notes)),
    }
}

fn wrapped(tag: &str, node: &Value, notes: &mut Notes, out: &mut String) {
    out.push_str(&format!("<{tag}>"));
    for child in children(node) {
        inline(child, notes, out, 0);
    }
    out.push_str(&format!("</{tag}>"));
}

/// An item that holds nothing but a list belongs to the item before it.
fn list(node: &Value, notes: &mut Notes, out: &mut String, depth: usize) {
    let is_numbered = node["listType"] == "number";
    let tag = if is_numbered { "ol" } else { "ul" };
    let start = node["start"].as_u64().filter(|start| is_numbered && *start != 1);
    let start = start.map(|start| format!(" start=\"{start}\"")).unwrap_or_default();
    out.push_str(&format!("<{tag}{start}>"));
    let mut is_open = false;
    for item in children(node) {
        let is_nested = matches!(children(item), [inner] if inner["type"] == "list");
        if is_open && !is_nested {
            out.push_str("</li>");
            is_open = false;
        }
        if !is_open {
            out.push_str("<li>");
            is_open = true;
        }
        for child in children(item) {
            inline(child, notes, out, depth);
        }
    }
    if is_open {
        out.push_str("</li>");
    }
    out.push_str(&format!("</{tag}>"));
}

fn inline(node: &Value, notes: &mut Notes, out: &mut String, depth: usize) {
    let kind = node["type"].as_str().unwrap_or_default();
    let text = |key: &str| node[key].as_str().unwrap_or_default();
    if depth > DEEPEST {
        notes.add("a text that nests too deep was cut");
        return;
    }
    match kind {
        "text" | "extended-text" | "tab" | "zwnj" | "at-link-search" => {
            formatted(text("text"), node["format"].as_u64().unwrap_or(0), out);
        }
        "linebreak" => out.push_str("<br>"),
        "link" | "autolink" | "at-link" => {
            let title = attribute("title", text("title"));
            out.push_str(&format!("<a{}{title}>", attribute("href", text("url"))));
            for child in children(node) {
                inline(child, notes, out, depth + 1);
            }
            out.push_str("</a>");
        }
        "list" => list(node, notes, out, depth + 1),
        _ if node["children"].is_array() => {
            for child in children(node) {
                inline(child, notes, out, depth + 1);
            }
        }
        _ => out.push_str(&card(kind, node, notes)),
    }
}

fn formatted(text: &str, format: u64, out: &mut String) {
    let on = || FORMATS.iter().filter(|(flag, _)| format & flag != 0);
    on().for_each(|(_, tag)| out.push_str(&format!("<{tag}>")));
    out.push_str(&escape(text));
    on().rev().for_each(|(_, tag)| out.push_str(&format!("</{tag}>")));
}
