//! Highlighted code.

use anyhow::Context;
use syntect::highlighting::ThemeSet;
use syntect::html::highlighted_html_for_string;
use syntect::parsing::SyntaxSet;

use crate::Error;

/// Languages and colours.
pub struct Highlighter {
    languages: SyntaxSet,
    themes: ThemeSet,
}

/// Unpacks what syntect has built in.
pub fn load() -> Highlighter {
    Highlighter {
        languages: SyntaxSet::load_defaults_newlines(),
        themes: ThemeSet::load_defaults(),
    }
}

impl Highlighter {
    /// HTML of a piece of code; plain where the language is not known.
    ///
    /// # Errors
    /// If syntect can't read the code.
    pub fn html(&self, language: &str, code: &str) -> Result<String, Error> {
        let syntax = self.languages.find_syntax_by_token(language);
        let syntax = syntax.unwrap_or_else(|| self.languages.find_syntax_plain_text());
        let theme = self.themes.themes.get("InspiredGitHub").context("no such theme")?;
        Ok(highlighted_html_for_string(code, &self.languages, syntax, theme)?)
    }

    /// How many languages it knows.
    pub fn languages(&self) -> usize {
        self.languages.syntaxes().len()
    }
}
