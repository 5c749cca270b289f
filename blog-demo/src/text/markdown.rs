//! Markdown to HTML.

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd, html};

use super::highlight::highlight;
use super::sanitize;

/// Renders CommonMark with tables, footnotes, strikethrough, task lists and heading anchors.
///
/// HTML in it is kept as far as it is harmless; the result is safe to put into a page.
///
/// ```
/// let html = blog_demo::text::markdown("# Hi\n\n*there* <script>alert(1)</script>");
/// assert!(html.contains("<em>there</em>"));
/// assert!(!html.contains("script"));
/// ```
#[must_use]
pub fn markdown(source: &str) -> String {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_SMART_PUNCTUATION;
    let events = Highlighted { events: Parser::new_ext(source, options) };
    let mut out = String::with_capacity(source.len() * 3 / 2);
    html::push_html(&mut out, events);
    sanitize(&out)
}

/// Replaces each fenced block of a known language by one with classes for its colours.
struct Highlighted<'a> {
    events: Parser<'a>,
}

impl<'a> Iterator for Highlighted<'a> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        let event = self.events.next()?;
        let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) = &event else {
            return Some(event);
        };
        let language = info.split([' ', ',', '{']).next().unwrap_or_default().to_owned();
        let code = self.code();
        Some(Event::Html(CowStr::from(highlight(&language, &code))))
    }
}

impl Highlighted<'_> {
    /// The text up to the end of the block.
    fn code(&mut self) -> String {
        let mut code = String::new();
        for event in self.events.by_ref() {
            match event {
                Event::Text(text) => code.push_str(&text),
                Event::End(TagEnd::CodeBlock) => break,
                _ => {}
            }
        }
        code
    }
}

#[cfg(test)]
mod tests {
    use super::markdown;

    #[test]
    fn code_is_coloured_by_classes_and_never_by_styles() {
        let html = markdown("```rust\nfn main() { println!(\"<b>\"); }\n```");
        assert!(html.contains("<pre><code class=\"language-rust\">"), "{html}");
        assert!(html.contains("class=\"hl-"), "{html}");
        assert!(!html.contains("style="), "{html}");
        assert!(!html.contains("<b>"), "{html}");
    }

    #[test]
    fn code_of_an_unknown_language_is_kept_as_it_is() {
        let html = markdown("```nonsense\na < b\n```");
        assert!(html.contains("a &lt; b"), "{html}");
    }

    #[test]
    fn tables_footnotes_and_task_lists_are_there() {
        let html = markdown("|a|b|\n|-|-|\n|1|2|\n\n- [x] done\n\nnote[^1]\n\n[^1]: foot");
        assert!(html.contains("<table>"), "{html}");
        assert!(html.contains("type=\"checkbox\""), "{html}");
        assert!(html.contains("footnote"), "{html}");
    }

    #[test]
    fn scripts_handlers_and_script_addresses_do_not_survive() {
        for hostile in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "<a href=\"JAVAscript:alert(1)\">x</a>",
            "<svg onload=alert(1)><a xlink:href=javascript:alert(1)>",
            "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
            "<style>*{display:none}</style>",
            "<form action=https://evil.example><input name=password></form>",
            "<math><mi xlink:href=\"data:text/html,<script>\">",
            "<base href=https://evil.example/>",
            "<meta http-equiv=refresh content=0>",
        ] {
            let html = markdown(hostile).to_lowercase();
            for word in
                ["script", "onerror", "onload", "style", "<form", "<base", "<meta", "srcdoc"]
            {
                assert!(!html.contains(word), "{hostile} became {html}");
            }
        }
    }
}
