//! Harmless HTML.

use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

/// Before each id of an author's text, so that none takes one of the page's.
const PREFIX: &str = "c-";

static RULES: LazyLock<Builder<'static>> = LazyLock::new(rules);

/// What is harmless of some HTML: no scripts, handlers, styles, forms, frames; links only to web
/// and mail addresses.
#[must_use]
pub fn sanitize(html: &str) -> String {
    RULES.clean(html).to_string()
}

fn rules() -> Builder<'static> {
    let mut rules = Builder::default();
    rules
        .add_tags(["figure", "figcaption", "section", "input", "picture", "source", "mark"])
        .add_tag_attributes("img", ["srcset", "sizes", "loading", "width", "height"])
        .add_tag_attributes("source", ["srcset", "sizes", "type", "media"])
        .add_tag_attributes("li", ["id"])
        .add_tag_attributes("sup", ["id"])
        .add_tag_attributes("div", ["id"])
        .add_tag_attributes("h1", ["id"])
        .add_tag_attributes("h2", ["id"])
        .add_tag_attributes("h3", ["id"])
        .add_tag_attributes("h4", ["id"])
        // Task lists: a checkbox that can't be used, and nothing else of a form.
        .add_tag_attributes("input", ["disabled", "checked"])
        .add_tag_attribute_values("input", "type", ["checkbox"])
        .set_tag_attribute_value("input", "disabled", "")
        .add_generic_attributes(["class"])
        .url_schemes(["http", "https", "mailto", "tel"].into())
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener"))
        .id_prefix(Some(PREFIX))
        .attribute_filter(|element, attribute, value| match (element, attribute) {
            // Footnotes: links within the text follow the ids.
            ("a", "href") if value.starts_with('#') => {
                Some(format!("#{PREFIX}{}", value.trim_start_matches('#')).into())
            }
            _ => Some(value.into()),
        });
    rules
}

#[cfg(test)]
mod tests {
    use super::sanitize;

    #[test]
    fn ordinary_html_stays() {
        let html = "<figure class=\"wide\"><img src=\"/a.jpg\" alt=\"A\"></figure>";
        assert_eq!(sanitize(html), html);
    }

    #[test]
    fn an_input_is_a_dead_checkbox_or_nothing() {
        let html = sanitize("<input type=text name=password><input type=checkbox checked>");
        assert!(!html.contains("password"), "{html}");
        assert!(!html.contains("text"), "{html}");
    }

    #[test]
    fn ids_of_an_author_cannot_take_those_of_the_page() {
        assert_eq!(sanitize("<h2 id=\"main\">x</h2>"), "<h2 id=\"c-main\">x</h2>");
        assert!(sanitize("<a href=\"#main\">x</a>").contains("href=\"#c-main\""));
    }
}
