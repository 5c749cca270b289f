//! Ghost's texts: Lexical, Mobiledoc and HTML become Markdown where the author wrote Markdown, and
//! HTML otherwise.

mod cards;
mod lexical;
mod markup;
mod mobiledoc;

use serde_json::{Value, json};

use crate::model::Format;

/// A text of the blog's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Body {
    pub(super) format: Format,
    pub(super) source: String,
    /// What could not be taken over as it was; each says what was done instead.
    pub(super) notes: Vec<String>,
}

/// What is noted of one text.
#[derive(Debug, Default)]
struct Notes(Vec<String>);

impl Notes {
    /// Each once.
    fn add(&mut self, note: impl Into<String>) {
        let note = note.into();
        if !self.0.contains(&note) {
            self.0.push(note);
        }
    }
}

/// The text of a post as Ghost exports it.
pub(super) fn from_ghost(
    lexical: Option<&str>,
    mobiledoc: Option<&str>,
    html: Option<&str>,
) -> Body {
    let mut notes = Notes::default();
    for (name, source, read) in [
        ("Lexical", lexical, lexical::html as fn(&Value, &mut Notes) -> String),
        ("Mobiledoc", mobiledoc, mobiledoc::html),
    ] {
        let Some(source) = source.filter(|source| !source.trim().is_empty()) else { continue };
        match serde_json::from_str::<Value>(source) {
            Ok(document) => {
                if let Some((format, source)) = only_card(&document) {
                    if format == Format::Html {
                        markup::note_unsafe(&source, "its HTML", &mut notes);
                    }
                    return Body { format, source, notes: notes.0 };
                }
                let source = read(&document, &mut notes);
                return Body { format: Format::Html, source, notes: notes.0 };
            }
            Err(error) => notes.add(format!("its {name} text is damaged ({error})")),
        }
    }
    let source = html.unwrap_or_default().to_owned();
    markup::note_unsafe(&source, "its HTML", &mut notes);
    Body { format: Format::Html, source, notes: notes.0 }
}

/// The text as Ghost's editor reads it: one card of Markdown or HTML.
pub(super) fn to_lexical(format: Format, source: &str) -> String {
    let card = match format {
        Format::Markdown => json!({"type": "markdown", "version": 1, "markdown": source}),
        _ => json!({"type": "html", "version": 1, "html": source}),
    };
    json!({"root": {
        "children": [card],
        "direction": null, "format": "", "indent": 0, "type": "root", "version": 1,
    }})
    .to_string()
}

/// The text of a document that has nothing but one card of Markdown or HTML, as it was written.
fn only_card(document: &Value) -> Option<(Format, String)> {
    let lexical = || {
        let [card] = document.pointer("/root/children")?.as_array()?.as_slice() else {
            return None;
        };
        Some((card["type"].as_str()?, card))
    };
    let mobiledoc = || {
        let [section] = document["sections"].as_array()?.as_slice() else { return None };
        let [kind, number] = section.as_array()?.as_slice() else { return None };
        let card = document["cards"].get(usize::try_from(number.as_u64()?).ok()?)?;
        let name = card[0].as_str()?.trim_start_matches("card-");
        (*kind == 10).then_some((name, &card[1]))
    };
    let (name, card) = lexical().or_else(mobiledoc)?;
    let format = match name {
        "markdown" => Format::Markdown,
        "html" => Format::Html,
        _ => return None,
    };
    Some((format, card[name].as_str()?.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexical(children: &Value) -> Body {
        let document = json!({"root": {"type": "root", "children": children}}).to_string();
        from_ghost(Some(&document), None, Some("<p>not this</p>"))
    }

    #[test]
    fn markdown_comes_back_as_it_was_written() {
        let source = "# A\n\n*b* <c> \\ \u{1f980}\n";
        let body = from_ghost(Some(&to_lexical(Format::Markdown, source)), None, None);
        assert_eq!((body.format, body.source.as_str()), (Format::Markdown, source));
        let old = json!({"version": "0.3.1", "markups": [], "atoms": [], "sections": [[10, 0]],
            "cards": [["card-markdown", {"cardName": "card-markdown", "markdown": source}]]});
        let body = from_ghost(None, Some(&old.to_string()), None);
        assert_eq!((body.format, body.source.as_str()), (Format::Markdown, source));
    }

    #[test]
    fn html_comes_back_as_it_was() {
        let source = "<p>A &amp; <b>b</b></p>";
        let body = from_ghost(Some(&to_lexical(Format::Html, source)), None, None);
        assert_eq!((body.format, body.source.as_str()), (Format::Html, source));
    }

    #[test]
    fn the_formats_of_words_nest() {
        let body = lexical(&json!([{"type": "paragraph", "children": [
            {"type": "text", "text": "a < ", "format": 0},
            {"type": "extended-text", "text": "b", "format": 3},
            {"type": "linebreak"},
            {"type": "link", "url": "https://example.org/?a=1&b=\"2\"", "children": [
                {"type": "text", "text": "c", "format": 16}]},
        ]}]));
        assert_eq!(
            body.source,
            "<p>a &lt; <strong><em>b</em></strong><br>\
             <a href=\"https://example.org/?a=1&amp;b=&quot;2&quot;\"><code>c</code></a></p>\n"
        );
        assert_eq!(body.notes, Vec::<String>::new());
    }

    #[test]
    fn lists_nest_and_keep_their_start() {
        let item =
            |text: &str| json!({"type": "listitem", "children": [{"type": "text", "text": text}]});
        let inner = json!({"type": "listitem", "children": [
            {"type": "list", "listType": "bullet", "children": [item("b")]}]});
        let body = lexical(&json!([{"type": "list", "listType": "number", "start": 3,
            "children": [item("a"), inner]}]));
        assert_eq!(body.source, "<ol start=\"3\"><li>a<ul><li>b</li></ul></li></ol>\n");
    }

    #[test]
    fn mobiledoc_markups_open_and_close_where_they_should() {
        let document = json!({
            "version": "0.3.1",
            "markups": [["em"], ["strong"], ["a", ["href", "https://example.org/"]]],
            "atoms": [["soft-return", "", {}]],
            "cards": [["image", {"src": "/a.jpg", "caption": "<b>A</b>", "alt": "x"}], ["hr", {}]],
            "sections": [
                [1, "h2", [[0, [], 0, "One & two"]]],
                [1, "p", [[0, [0], 0, "a"], [0, [1], 2, "b"], [1, [], 0, 0], [0, [2], 1, "c"]]],
                [3, "ul", [[[0, [], 0, "x"]], [[0, [], 0, "y"]]]],
                [10, 0],
                [10, 1],
            ],
        });
        let body = from_ghost(None, Some(&document.to_string()), None);
        assert_eq!(
            body.source,
            "<h2>One &amp; two</h2>\n\
             <p><em>a<strong>b</strong></em><br><a href=\"https://example.org/\">c</a></p>\n\
             <ul><li>x</li><li>y</li></ul>\n\
             <figure><img src=\"/a.jpg\" alt=\"x\"><figcaption><b>A</b></figcaption></figure>\n\
             <hr>\n"
        );
        assert_eq!(body.notes, Vec::<String>::new());
    }

    #[test]
    fn what_has_no_equal_here_is_a_link_and_a_note() {
        let body = lexical(&json!([
            {"type": "embed", "url": "https://video.example/1", "html": "<iframe></iframe>"},
            {"type": "audio", "src": "/a.mp3", "title": "A song"},
            {"type": "paywall"},
            {"type": "newcard", "text": "anything"},
        ]));
        assert!(body.source.contains("<a href=\"https://video.example/1\">"), "{}", body.source);
        assert!(body.source.contains("<a href=\"/a.mp3\">A song</a>"), "{}", body.source);
        for what in ["embed", "audio", "paywall", "newcard"] {
            assert!(body.notes.iter().any(|note| note.contains(what)), "{what}: {:?}", body.notes);
        }
    }

    #[test]
    fn a_damaged_text_falls_back_to_html_and_says_so() {
        let body = from_ghost(Some("{"), None, Some("<p>whole</p>"));
        assert_eq!(body.source, "<p>whole</p>");
        assert!(body.notes[0].contains("Lexical"), "{:?}", body.notes);
    }

    #[test]
    fn no_shape_of_a_document_is_too_strange() {
        for strange in
            ["null", "[]", "{}", "{\"root\":7}", "{\"sections\":[[10,99],[1],7,[3,\"ul\",7]]}"]
        {
            let body = from_ghost(Some(strange), None, None);
            let _ = from_ghost(None, Some(strange), None);
            assert_eq!(body.format, Format::Html);
        }
        let mut deep = json!({"type": "text", "text": "x"});
        for _ in 0..50 {
            deep = json!({"type": "paragraph", "children": [deep]});
        }
        assert!(lexical(&json!([deep])).source.contains('x'));
    }
}
