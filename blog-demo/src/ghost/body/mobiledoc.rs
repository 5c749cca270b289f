//! Mobiledoc 0.3, the form of Ghost's editor before version 5.

use serde_json::Value;

use super::Notes;
use super::cards::card;
use super::markup::{attribute, escape};

/// The elements that a mark may make.
const MARKS: [&str; 11] = ["strong", "b", "em", "i", "s", "u", "code", "sub", "sup", "mark", "a"];
/// The elements that a section may be.
const SECTIONS: [&str; 9] = ["p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "aside"];

/// The document as HTML.
pub(super) fn html(document: &Value, notes: &mut Notes) -> String {
    let mut out = String::new();
    for section in list(&document["sections"]) {
        match section[0].as_u64() {
            Some(1) => {
                let tag = section[1].as_str().unwrap_or_default();
                let tag = if SECTIONS.contains(&tag) { tag } else { "p" };
                out.push_str(&format!("<{tag}>"));
                markers(document, &section[2], notes, &mut out);
                out.push_str(&format!("</{tag}>"));
            }
            Some(2) => {
                let src = section[1].as_str().unwrap_or_default();
                out.push_str(&format!("<figure><img{} alt=\"\"></figure>", attribute("src", src)));
            }
            Some(3) => {
                let tag = if section[1] == "ol" { "ol" } else { "ul" };
                out.push_str(&format!("<{tag}>"));
                for item in list(&section[2]) {
                    out.push_str("<li>");
                    markers(document, item, notes, &mut out);
                    out.push_str("</li>");
                }
                out.push_str(&format!("</{tag}>"));
            }
            Some(10) => {
                let found = numbered(&document["cards"], &section[1]);
                let name = found[0].as_str().unwrap_or_default();
                out.push_str(&card(name.trim_start_matches("card-"), &found[1], notes));
            }
            _ => notes.add("a section of an unknown kind was left out"),
        }
        out.push('\n');
    }
    out
}

/// Text with the elements around it: each marker opens some and closes some.
fn markers(document: &Value, markers: &Value, notes: &mut Notes, out: &mut String) {
    let mut open: Vec<&str> = Vec::new();
    for marker in list(markers) {
        for number in list(&marker[1]) {
            let mark = numbered(&document["markups"], number);
            let tag = mark[0].as_str().unwrap_or_default();
            let tag = MARKS.iter().find(|known| **known == tag).copied().unwrap_or("span");
            let href = match list(&mark[1]) {
                attributes if tag == "a" => {
                    let mut pairs = attributes.chunks(2);
                    pairs.find_map(|pair| match pair {
                        [name, value] if name == "href" => value.as_str(),
                        _ => None,
                    })
                }
                _ => None,
            };
            out.push_str(&format!("<{tag}{}>", attribute("href", href.unwrap_or_default())));
            open.push(tag);
        }
        match marker[0].as_u64() {
            Some(0) => out.push_str(&escape(marker[3].as_str().unwrap_or_default())),
            Some(1) => atom(numbered(&document["atoms"], &marker[3]), notes, out),
            _ => notes.add("a mark of an unknown kind was left out"),
        }
        for _ in 0..marker[2].as_u64().unwrap_or(0) {
            if let Some(tag) = open.pop() {
                out.push_str(&format!("</{tag}>"));
            }
        }
    }
    while let Some(tag) = open.pop() {
        out.push_str(&format!("</{tag}>"));
    }
}

fn atom(atom: &Value, notes: &mut Notes, out: &mut String) {
    if atom[0] == "soft-return" {
        return out.push_str("<br>");
    }
    let name = atom[0].as_str().unwrap_or("nameless");
    notes.add(format!("an atom '{name}' became its text"));
    out.push_str(&escape(atom[1].as_str().unwrap_or_default()));
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The one of a list that a number names.
fn numbered<'d>(all: &'d Value, number: &Value) -> &'d Value {
    let number = number.as_u64().and_then(|number| usize::try_from(number).ok());
    number.and_then(|number| all.get(number)).unwrap_or(&Value::Null)
}
