//! What templates can do beyond minijinja's own.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use minijinja::{Environment, Error, ErrorKind, Value};

/// Adds all of them.
pub(super) fn add(environment: &mut Environment<'static>) {
    environment.add_filter("date", date);
    environment.add_filter("iso", iso);
    environment.add_filter("http_url", http_url);
    environment.add_filter("as_text", as_text);
}

/// A time in Unix milliseconds as a date in a time zone: `{{ at|date("%-d %B %Y", "UTC") }}`.
fn date(at: i64, format: &str, zone: &str) -> Result<String, Error> {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let time = Timestamp::from_millisecond(at).map_err(invalid)?;
    jiff::fmt::strtime::format(format, &time.to_zoned(zone)).map_err(invalid)
}

/// A time in Unix milliseconds as RFC 3339 has it, in UTC.
fn iso(at: i64) -> Result<String, Error> {
    let time = Timestamp::from_millisecond(at).map_err(invalid)?;
    jiff::fmt::strtime::format("%Y-%m-%dT%H:%M:%SZ", &time.to_zoned(TimeZone::UTC)).map_err(invalid)
}

/// An address that may stand in a link: of the blog itself or of the web; anything else is `#`.
pub(crate) fn http_url(url: &str) -> String {
    let url = url.trim();
    let is_local = url.starts_with('/') && !url.starts_with("//") && !url.starts_with("/\\");
    let lower = url.to_ascii_lowercase();
    let is_web = ["http://", "https://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme));
    if is_local || is_web || url.starts_with('#') { url.to_owned() } else { "#".to_owned() }
}

/// Markup as text, even if it is safe: feeds carry it so.
fn as_text(markup: &Value) -> Value {
    Value::from_safe_string(escape(&markup.to_string()))
}

/// Nothing that could be markup, in elements and in quoted attributes.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter => out.push(letter),
        }
    }
    out
}

fn invalid(error: jiff::Error) -> Error {
    Error::new(ErrorKind::InvalidOperation, "a time cannot be shown").with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_time_zone() {
        let new_year = 1_767_225_600_000; // 2026-01-01T00:00:00Z
        assert_eq!(date(new_year, "%-d %B %Y", "UTC").unwrap(), "1 January 2026");
        assert_eq!(date(new_year, "%-d %B %Y", "America/New_York").unwrap(), "31 December 2025");
        assert_eq!(date(new_year, "%Y", "Nowhere/None").unwrap(), "2026");
        assert_eq!(iso(new_year).unwrap(), "2026-01-01T00:00:00Z");
    }

    #[test]
    fn only_links_within_and_to_the_web_are_links() {
        for good in ["/about/", "https://example.org", "#top", "mailto:a@b"] {
            assert_eq!(http_url(good), good);
        }
        for bad in ["javascript:alert(1)", "//evil.example", "/\\evil.example", "data:text/html,x"]
        {
            assert_eq!(http_url(bad), "#", "{bad}");
        }
    }
}
