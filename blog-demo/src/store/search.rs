//! Full-text search by an index of our own: the same answers on every database.

use super::post_rows::{CARD_COLUMNS, VISIBLE, post};
use super::{Result, Store};
use crate::database::{self, Transaction, Value};
use crate::model::{Draft, Kind, Millis, Post, TagRef};
use crate::{text, values};

/// Rows of the index in one statement: SQLite and PostgreSQL bound the number of parameters.
const ROWS: usize = 200;

impl Store {
    /// The posts and pages that have every word of the query, or words that begin with it; the best
    /// first.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn search(&self, query: &str, now: Millis, limit: i64) -> Result<Vec<Post>> {
        let Some((found, mut values)) = found(query) else { return Ok(Vec::new()) };
        let sql = format!(
            "SELECT {CARD_COLUMNS} FROM posts JOIN {found} ON found.found_id = posts.id \
             WHERE {VISIBLE} ORDER BY found.weight DESC, posts.published_at DESC, posts.id DESC \
             LIMIT ?"
        );
        values.extend(values![now, limit]);
        let rows = self.database().all(&sql, values).await?;
        rows.iter().map(|row| post(row, now)).collect()
    }
}

/// A table `found` of the ids and weights of all posts that have every word of a query, drafts too,
/// and its parameters; none if the query has no word.
pub(super) fn found(query: &str) -> Option<(String, Vec<Value>)> {
    let terms = text::query_terms(query);
    if terms.is_empty() {
        return None;
    }
    let mut values: Vec<Value> = Vec::new();
    let parts: Vec<&str> = terms
        .iter()
        .map(|term| {
            // What begins with the term lies between it and it followed by the last character:
            // terms are lower-case ASCII.
            values.extend(values![term, format!("{term}~")]);
            "SELECT post_id, SUM(weight) AS weight FROM search_terms \
             WHERE term >= ? AND term < ? GROUP BY post_id"
        })
        .collect();
    values.push(i64::try_from(terms.len()).unwrap_or(i64::MAX).into());
    let union = parts.join(" UNION ALL ");
    let table = format!(
        "(SELECT post_id AS found_id, SUM(weight) AS weight FROM ({union}) each_term \
         GROUP BY post_id HAVING COUNT(*) = ?) found"
    );
    Some((table, values))
}

/// Replaces a post's terms.
pub(super) async fn index(
    transaction: &mut Transaction,
    post_id: &str,
    draft: &Draft,
    tags: &[TagRef],
    plain: &str,
) -> Result<(), database::Error> {
    transaction.execute("DELETE FROM search_terms WHERE post_id = ?", values![post_id]).await?;
    let tags: Vec<&str> = match draft.kind {
        Kind::Post => tags.iter().filter(|tag| !tag.is_internal).map(|tag| &*tag.name).collect(),
        Kind::Page => Vec::new(),
    };
    let terms: Vec<_> = text::weighted_terms(&draft.title, &tags, plain).into_iter().collect();
    for rows in terms.chunks(ROWS) {
        let sql = format!(
            "INSERT INTO search_terms (term, post_id, weight) VALUES {}",
            vec!["(?, ?, ?)"; rows.len()].join(", ")
        );
        let values = rows.iter().flat_map(|(term, weight)| values![term, post_id, *weight]);
        transaction.execute(&sql, values.collect()).await?;
    }
    Ok(())
}
