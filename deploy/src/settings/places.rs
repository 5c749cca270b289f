//! Where in a manifest a key of the settings stands.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The keys of `[package.metadata.lambdafy]` and where their values stand.
#[derive(Clone, Debug, Default)]
pub struct Places(Vec<(String, Range<usize>)>);

impl Places {
    /// Reads a manifest; one that is no TOML has no places.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut places = Vec::new();
        if let Ok(root) = DeTable::parse(text) {
            let path = ["package", "metadata", "lambdafy"];
            let mut at = Some(DeValue::Table(root.into_inner()));
            let mut span = 0..0;
            for key in path {
                at = at.take().and_then(|value| match value {
                    DeValue::Table(mut table) => table.remove(key).map(|value| {
                        span = value.span();
                        value.into_inner()
                    }),
                    _ => None,
                });
            }
            if let Some(value) = at {
                walk(String::new(), &Spanned::new(span, value), &mut places);
            }
        }
        Self(places)
    }

    /// Where the value of a dotted key stands, or of the nearest table around it.
    #[must_use]
    pub fn of_key(&self, key: &str) -> Option<Range<usize>> {
        let mut key = key;
        loop {
            if let Some((_, span)) = self.0.iter().find(|(known, _)| known == key) {
                return Some(span.clone());
            }
            key = key.rsplit_once('.').map(|(around, _)| around).unwrap_or_default();
            if key.is_empty() {
                return self.0.first().map(|(_, span)| span.clone());
            }
        }
    }

    /// The innermost key whose value holds a byte of the text.
    #[must_use]
    pub fn key_at(&self, byte: usize) -> Option<&str> {
        let holding = self.0.iter().filter(|(_, span)| span.contains(&byte));
        holding.min_by_key(|(_, span)| span.len()).map(|(key, _)| key.as_str())
    }
}

fn walk(path: String, value: &Spanned<DeValue<'_>>, places: &mut Vec<(String, Range<usize>)>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    let mut inner = Vec::new();
    match value.get_ref() {
        DeValue::Table(table) => {
            for (key, value) in table {
                // An unknown key is an error at the key itself.
                inner.push((below(key.get_ref()), key.span()));
                walk(below(key.get_ref()), value, &mut inner);
            }
        }
        DeValue::Array(values) => {
            for (at, value) in values.iter().enumerate() {
                walk(below(&at.to_string()), value, &mut inner);
            }
        }
        _ => {}
    }
    places.push((path, value.span()));
    places.append(&mut inner);
}
