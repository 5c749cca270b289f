//! Cards: what Ghost's texts have besides text. Both of its editors name their parts alike.

use serde_json::Value;

use super::Notes;
use super::markup::{attribute, escape, note_unsafe};
use crate::text;

/// A card as HTML; what has no equal here becomes a link, and a note says so.
pub(super) fn card(kind: &str, data: &Value, notes: &mut Notes) -> String {
    let text = |key: &str| data[key].as_str().unwrap_or_default();
    let link = |url: &str, title: &str| {
        let title = if title.is_empty() { url } else { title };
        format!("<a{}>{}</a>", attribute("href", url), escape(title))
    };
    match kind {
        "image" => image(data),
        "gallery" => gallery(data),
        "hr" | "horizontalrule" => "<hr>".to_owned(),
        "code" | "codeblock" => {
            let class = match text("language") {
                "" => String::new(),
                language => format!(" class=\"language-{}\"", escape(language)),
            };
            let code = format!("<pre><code{class}>{}</code></pre>", escape(text("code")));
            with_caption(&code, text("caption"))
        }
        "markdown" => text::markdown(text("markdown")).trim_end().to_owned(),
        "html" => {
            note_unsafe(text("html"), "an HTML card", notes);
            text("html").to_owned()
        }
        "bookmark" => bookmark(data),
        "callout" => {
            let emoji = escape(text("calloutEmoji"));
            format!("<blockquote><p>{emoji} {}</p></blockquote>", text("calloutText"))
        }
        "toggle" => {
            let (heading, content) = (text("heading"), text("content"));
            format!("<details><summary>{heading}</summary>{content}</details>")
        }
        "button" => format!("<p>{}</p>", link(text("buttonUrl"), text("buttonText"))),
        "header" | "signup" | "call-to-action" | "product" => promoted(kind, data, notes),
        "embed" | "video" | "audio" | "file" | "transistor" => {
            notes.add(format!("a card '{kind}' became a link"));
            let url = [text("url"), text("src")].into_iter().find(|url| !url.is_empty());
            let titles = [text("title"), text("fileTitle"), text("fileName")];
            let title = titles.into_iter().find(|title| !title.is_empty());
            let named = data["metadata"]["title"].as_str();
            let link = link(url.unwrap_or_default(), title.or(named).unwrap_or_default());
            with_caption(&format!("<p>{link}</p>"), text("caption"))
        }
        "email" | "email-cta" | "paywall" => {
            notes.add(format!("a card '{kind}', for newsletters or members, was left out"));
            String::new()
        }
        _ => unknown(kind, data, notes),
    }
}

fn image(data: &Value) -> String {
    let text = |key: &str| data[key].as_str().unwrap_or_default();
    let size =
        |key: &str| data[key].as_u64().map(|n| format!(" {key}=\"{n}\"")).unwrap_or_default();
    let alt = escape(text("alt"));
    let (src, title) = (attribute("src", text("src")), attribute("title", text("title")));
    let image = format!("<img{src} alt=\"{alt}\"{title}{}{}>", size("width"), size("height"));
    let image = match text("href") {
        "" => image,
        href => format!("<a{}>{image}</a>", attribute("href", href)),
    };
    with_caption(&format!("<figure>{image}</figure>"), text("caption"))
}

fn gallery(data: &Value) -> String {
    let images = data["images"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut out = "<figure class=\"gallery\">".to_owned();
    for shown in images {
        let text = |key: &str| shown[key].as_str().unwrap_or_default();
        let alt = escape(text("alt"));
        out.push_str(&format!("<img{} alt=\"{alt}\">", attribute("src", text("src"))));
    }
    out.push_str("</figure>");
    with_caption(&out, data["caption"].as_str().unwrap_or_default())
}

/// A caption is HTML already. It stands within the figure, or makes one.
fn with_caption(content: &str, caption: &str) -> String {
    if caption.is_empty() {
        return content.to_owned();
    }
    match content.strip_suffix("</figure>") {
        Some(start) => format!("{start}<figcaption>{caption}</figcaption></figure>"),
        None => format!("<figure>{content}<figcaption>{caption}</figcaption></figure>"),
    }
}

fn bookmark(data: &Value) -> String {
    let of = |key: &str| data["metadata"][key].as_str().unwrap_or_default();
    let url = data["url"].as_str().unwrap_or_default();
    let title = if of("title").is_empty() { url } else { of("title") };
    let description = match of("description") {
        "" => String::new(),
        description => format!("<br>{}", escape(description)),
    };
    let href = attribute("href", url);
    let quote =
        format!("<blockquote><p><a{href}>{}</a>{description}</p></blockquote>", escape(title));
    with_caption(&quote, data["caption"].as_str().unwrap_or_default())
}

/// Cards that promote something: their words and their link.
fn promoted(kind: &str, data: &Value, notes: &mut Notes) -> String {
    let first = |keys: &[&str]| {
        keys.iter().find_map(|key| data[*key].as_str().filter(|text| !text.is_empty()))
    };
    notes.add(format!("a card '{kind}' became plain text"));
    let mut out = String::new();
    if let Some(src) = first(&["productImageSrc", "imageUrl"]) {
        out.push_str(&format!("<figure><img{} alt=\"\"></figure>", attribute("src", src)));
    }
    if let Some(heading) = first(&["heading", "header", "productTitle"]) {
        out.push_str(&format!("<h2>{heading}</h2>"));
    }
    if let Some(body) = first(&["subheading", "subheader", "productDescription", "textValue"]) {
        out.push_str(&format!("<p>{body}</p>"));
    }
    if let Some(url) = first(&["buttonUrl", "productUrl"]) {
        let label = first(&["buttonText", "productButton"]).unwrap_or(url);
        out.push_str(&format!("<p><a{}>{}</a></p>", attribute("href", url), escape(label)));
    }
    out
}

/// A card that nobody knows: whatever text it has.
fn unknown(kind: &str, data: &Value, notes: &mut Notes) -> String {
    let kind = if kind.is_empty() { "nameless" } else { kind };
    notes.add(format!("a card '{kind}' is not known: its text was kept, nothing else"));
    let texts = ["html", "text", "caption", "title", "url"];
    let text = texts.iter().find_map(|key| data[*key].as_str().filter(|text| !text.is_empty()));
    text.map(|text| format!("<p>{}</p>", escape(text))).unwrap_or_default()
}
