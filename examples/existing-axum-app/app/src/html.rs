//! What the pages are made of.

use std::fmt::Write;

use crate::book::{Entry, Weather};

/// A whole page; `main` and `above` are HTML, `title` is text.
pub(crate) fn page(title: &str, path: &str, above: &str, main: &str) -> String {
    let links = [("/book", "The book"), ("/packing", "Packing list"), ("/you", "You")];
    let mut nav = String::new();
    for (link, name) in links {
        let current = if link == path { " aria-current=\"page\"" } else { "" };
        let _ = write!(nav, "<a href=\"{link}\"{current}>{name}</a>");
    }
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<style>{style}</style>
</head>
<body>
<nav><a class="home" href="/"><img src="/assets/icon.svg" alt="">The summit book</a>{nav}</nav>
{above}
<main>
{main}
</main>
<footer>Found in a tin box on a mountain, at 2,964 m. Please put it back.</footer>
</body>
</html>
"#,
        title = escape(title),
        style = include_str!("style.css"),
    )
}

/// A list of entries; the one with the id `new` stands out.
pub(crate) fn entries(entries: &[Entry], new: Option<usize>) -> String {
    let mut html = "<ol class=\"entries\">\n".to_owned();
    for entry in entries {
        let class = if new == Some(entry.id) { "entry new" } else { "entry" };
        let _ = writeln!(
            html,
            r#"<li class="{class}" id="entry-{id}"><img src="/cairns/{file}.png" alt="" loading="lazy"><p>{text}</p><footer><b>{name}</b> · <span title="{weather}">{sign}</span> · {age}</footer></li>"#,
            id = entry.id,
            file = encode(&entry.name),
            text = escape(&entry.text),
            name = escape(&entry.name),
            weather = entry.weather.name(),
            sign = entry.weather.sign(),
            age = entry.age(),
        );
    }
    html + "</ol>\n"
}

/// What the visitor has typed, or nothing yet.
#[derive(Default)]
pub(crate) struct Draft<'a> {
    pub(crate) name: &'a str,
    pub(crate) text: &'a str,
    pub(crate) weather: Option<Weather>,
}

/// The form for a new entry.
pub(crate) fn form(draft: &Draft<'_>) -> String {
    let mut weathers = String::new();
    for weather in Weather::ALL {
        let is_chosen = weather == draft.weather.unwrap_or(Weather::Sun);
        let checked = if is_chosen { " checked" } else { "" };
        let (name, sign) = (weather.name(), weather.sign());
        let _ = write!(
            weathers,
            r#"<label title="{name}"><input type="radio" name="weather" value="{name}" aria-label="{name}"{checked}>{sign}</label>"#
        );
    }
    format!(
        r#"<form class="sign" method="post" action="/entries">
<label>Your name<input name="name" maxlength="40" required autocomplete="name" value="{name}"></label>
<label>Your line<textarea name="text" maxlength="280" required>{text}</textarea></label>
<fieldset>{weathers}</fieldset>
<button class="button">Sign the book</button>
</form>
"#,
        name = escape(draft.name),
        text = escape(draft.text),
    )
}

/// A table of names and values.
pub(crate) fn table(rows: &[(&str, String)]) -> String {
    let mut html = "<table>\n".to_owned();
    for (name, value) in rows {
        let _ = writeln!(html, "<tr><th>{name}</th><td>{}</td></tr>", escape(value));
    }
    html + "</table>\n"
}

/// Text as HTML, also between quotes.
pub(crate) fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            _ => html.push(character),
        }
    }
    html
}

/// Text as one segment of a path.
fn encode(text: &str) -> String {
    let mut segment = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_~".contains(&byte) {
            segment.push(char::from(byte));
        } else {
            let _ = write!(segment, "%{byte:02X}");
        }
    }
    segment
}
