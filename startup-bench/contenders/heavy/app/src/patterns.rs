//! What texts are checked by.

use std::sync::OnceLock;

use regex::Regex;

use crate::Error;

/// Names and patterns. `\w`, `\d` and `\p` know all of Unicode, which makes them large.
const PATTERNS: [(&str, &str); 24] = [
    ("address", r"^[\w.+-]+@(?:[\w-]+\.)+\w{2,12}$"),
    ("amount", r"^\p{Sc}?\s?\d{1,3}(?:[.,\s]?\d{3})*(?:[.,]\d{2})?$"),
    ("bold", r"\*\*(?P<text>\w[\w\s\p{P}]*?)\*\*"),
    ("colour", r"^#(?:[[:xdigit:]]{3}|[[:xdigit:]]{6})$"),
    ("date", r"^\d{4}-\d{2}-\d{2}$"),
    ("emoji", r"\p{Extended_Pictographic}(?:\u{200d}\p{Extended_Pictographic}){0,6}"),
    ("file", r"^\w[\w\s.-]*\.\w{1,6}$"),
    ("greek", r"^\p{Greek}+(?:\s\p{Greek}+)*$"),
    ("han", r"\p{Han}{2,12}"),
    ("hashtag", r"#\w{2,16}"),
    ("heading", r"(?m)^#{1,6}\s+(?P<text>\w[\w\s\p{P}]*)$"),
    ("host", r"^(?:\w(?:[\w-]*\w)?\.)+\w{2,10}$"),
    ("initials", r"\b\p{Lu}\.(?:\s?\p{Lu}\.){0,3}"),
    ("link", r"\[(?P<text>[^\]]{1,200})\]\((?P<target>\S{1,200})\)"),
    ("mention", r"@\w{1,10}\b"),
    ("name", r"^\p{Lu}[\p{L}\p{M}'’-]*(?:\s\p{Lu}[\p{L}\p{M}'’-]*){0,2}$"),
    ("phone", r"^\+?\d{1,3}[\s./-]?(?:\(\d{1,5}\)|\d{1,5})(?:[\s./-]?\d{2,5}){1,4}$"),
    ("plate", r"^\p{Lu}{1,3}[\s-]\p{Lu}{1,2}\s?\d{1,4}$"),
    ("postcode", r"^[\p{Lu}\d]{2,5}[\s-]?[\p{Lu}\d]{2,5}$"),
    ("sentence", r"\p{Lu}[^.!?]*[.!?](?:\s|$)"),
    ("slug", r"^[\p{Ll}\d]+(?:-[\p{Ll}\d]+){0,7}$"),
    ("time", r"^\d{1,2}:\d{2}(?::\d{2})?\s?(?:[AaPp][Mm])?$"),
    ("user", r"^[\p{L}\p{N}_]{3,16}$"),
    ("words", r"^(?:[\p{L}\p{M}]+[\s\p{P}]*){1,2}$"),
];

/// The patterns, compiled once each.
pub struct Patterns([OnceLock<Regex>; 24]);

/// Compiles all of them.
///
/// # Errors
/// If one has a mistake.
pub fn compile() -> Result<Patterns, Error> {
    let patterns = lazy();
    for (name, _) in PATTERNS {
        patterns.named(name)?;
    }
    Ok(patterns)
}

/// Compiles none: each is when it is first used.
pub fn lazy() -> Patterns {
    Patterns(std::array::from_fn(|_| OnceLock::new()))
}

impl Patterns {
    /// The pattern of this name, or none.
    ///
    /// # Errors
    /// If it has a mistake.
    pub fn named(&self, name: &str) -> Result<Option<&Regex>, Error> {
        let Some(at) = PATTERNS.iter().position(|(other, _)| *other == name) else {
            return Ok(None);
        };
        if let Some(pattern) = self.0[at].get() {
            return Ok(Some(pattern));
        }
        let pattern = Regex::new(PATTERNS[at].1)?;
        Ok(Some(self.0[at].get_or_init(|| pattern)))
    }

    /// All names.
    pub fn names() -> impl Iterator<Item = &'static str> {
        PATTERNS.iter().map(|(name, _)| *name)
    }
}
