//! Words for the search: the same on every database.

use std::collections::BTreeMap;

/// Longer words are cut.
const LONGEST: usize = 40;
/// So many terms of a query count.
const MOST_OF_QUERY: usize = 8;
/// What a word in the title is worth; one in the text is worth 1.
const TITLE: i64 = 10;
/// What a word in a tag's name is worth.
const TAG: i64 = 5;
/// A word's repetitions in the text count up to this.
const MOST_REPEATED: i64 = 8;

/// Each term of a post with its weight.
#[must_use]
pub fn weighted_terms(title: &str, tags: &[&str], text: &str) -> BTreeMap<String, i64> {
    let mut weights = BTreeMap::new();
    for term in terms(text) {
        let weight: &mut i64 = weights.entry(term).or_default();
        *weight = (*weight + 1).min(MOST_REPEATED);
    }
    for (words, worth) in tags.iter().map(|tag| (*tag, TAG)).chain([(title, TITLE)]) {
        for term in terms(words) {
            *weights.entry(term).or_default() += worth;
        }
    }
    weights
}

/// The terms of what a reader is looking for; each may be the beginning of a word.
#[must_use]
pub fn query_terms(query: &str) -> Vec<String> {
    let mut found = Vec::new();
    for term in terms(query) {
        if !found.contains(&term) && found.len() < MOST_OF_QUERY {
            found.push(term);
        }
    }
    found
}

/// Words in lower case, without accents, in ASCII; other scripts are transliterated.
fn terms(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '\'');
    let folded: Vec<String> = words
        .filter(|word| !word.is_empty())
        .flat_map(|word| {
            let ascii = deunicode::deunicode(word).to_lowercase();
            ascii
                .split(|letter: char| !letter.is_ascii_alphanumeric())
                .filter(|part| part.len() > 1)
                .map(|part| part.chars().take(LONGEST).collect())
                .collect::<Vec<String>>()
        })
        .collect();
    folded.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_weighs_more_than_the_text() {
        let terms = weighted_terms("Café", &["Travel"], "a café in Kyōto, a café");
        assert_eq!(terms.get("cafe"), Some(&12));
        assert_eq!(terms.get("kyoto"), Some(&1));
        assert_eq!(terms.get("travel"), Some(&5));
    }

    #[test]
    fn a_query_is_words_and_nothing_else() {
        assert_eq!(
            query_terms("  \"Rust\" AND 100% -rust _x' OR 1=1"),
            ["rust", "and", "100", "or"]
        );
    }
}
