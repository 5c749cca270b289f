//! Plain text from HTML.

use ammonia::Builder;

/// Words that one reads in a minute, as Ghost assumes.
const WORDS_A_MINUTE: usize = 275;

/// The text of some HTML, without markup, with single spaces.
#[must_use]
pub fn plain(html: &str) -> String {
    // A space after each block, or its last word would run into the next block's first.
    let spaced = html.replace("</", " </").replace("<br", " <br");
    let text = Builder::empty().clean(&spaced).to_string();
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&nbsp;", " ")
        .replace("&quot;", "\"")
        .replace("&amp;", "&");
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        // The space before a closing tag may stand before a full stop.
        let joins = matches!(word, "." | "," | ";" | ":" | "!" | "?" | ")");
        if !out.is_empty() && !joins {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// The first words of a text, at most `longest` characters, with an ellipsis if there is more.
#[must_use]
pub fn excerpt(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let cut: String = text.chars().take(longest).collect();
    let words = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
    format!("{}…", words.trim_end_matches([',', ';', ':', '.', ' ']))
}

/// How many minutes one reads, at least 1.
#[must_use]
pub fn reading_minutes(text: &str) -> i64 {
    let minutes = text.split_whitespace().count().div_ceil(WORDS_A_MINUTE);
    i64::try_from(minutes).unwrap_or(i64::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_neighbouring_blocks_stay_apart() {
        assert_eq!(
            plain("<p>One <b>two</b>.</p><p>Three &amp; 4 &lt; 5</p>"),
            "One two. Three & 4 < 5"
        );
    }

    #[test]
    fn an_excerpt_ends_at_a_word() {
        assert_eq!(excerpt("one two three", 9), "one two…");
        assert_eq!(excerpt("one", 9), "one");
    }

    #[test]
    fn everything_takes_a_minute_to_read() {
        assert_eq!(reading_minutes("one"), 1);
        assert_eq!(reading_minutes(&"word ".repeat(276)), 2);
    }
}
