//! Colours for code: spans with classes, so that a theme and dark mode decide and no style is inline.

use std::sync::LazyLock;

use syntect::html::{ClassStyle, ClassedHTMLGenerator};
use syntect::parsing::SyntaxSet;
use syntect::util::LinesWithEndings;

/// The grammars: loaded when the first block of code is saved.
static GRAMMARS: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);

const CLASSES: ClassStyle = ClassStyle::SpacedPrefixed { prefix: "hl-" };

/// Longer blocks stay plain: the grammars' regular expressions have no bound of their own.
const LONGEST_BYTES: usize = 64 * 1024;

/// `<pre><code>` with the code of that language; unknown ones come without colours.
pub(super) fn highlight(language: &str, code: &str) -> String {
    let body = coloured(language, code).unwrap_or_else(|| escape(code));
    let named = !language.is_empty()
        && language.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-#_.".contains(&byte));
    let class = if named { format!(" class=\"language-{language}\"") } else { String::new() };
    format!("<pre><code{class}>{body}</code></pre>\n")
}

fn coloured(language: &str, code: &str) -> Option<String> {
    if code.len() > LONGEST_BYTES {
        return None;
    }
    let grammar = GRAMMARS.find_syntax_by_token(language)?;
    let mut generator = ClassedHTMLGenerator::new_with_class_style(grammar, &GRAMMARS, CLASSES);
    for line in LinesWithEndings::from(code) {
        generator.parse_html_for_line_which_includes_newline(line).ok()?;
    }
    Some(generator.finalize())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
