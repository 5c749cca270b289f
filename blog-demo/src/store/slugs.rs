//! Slugs that nobody else has.

use crate::database::{Error, Transaction};
use crate::text;
use crate::values;

/// Paths of the blog's own that no post or page may take.
const RESERVED: &[&str] = &[
    "admin",
    "archive",
    "assets",
    "author",
    "content",
    "feed",
    "ghost",
    "images",
    "page",
    "preview",
    "robots-txt",
    "rss",
    "search",
    "sitemap",
    "tag",
];

/// What a slug belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    Post,
    Tag,
    User,
}

/// A free slug: the wished one, with a number behind it if another row than `id` has it.
pub(super) async fn free_slug(
    transaction: &mut Transaction,
    of: Of,
    wished: &str,
    id: &str,
) -> Result<String, Error> {
    let table = match of {
        Of::Post => "posts",
        Of::Tag => "tags",
        Of::User => "users",
    };
    let wished = text::slug(wished);
    let sql = format!("SELECT slug FROM {table} WHERE id <> ? AND (slug = ? OR slug LIKE ?)");
    let numbered = format!("{wished}-%");
    let rows = transaction.all(&sql, values![id, &wished, numbered]).await?;
    let taken = rows.iter().map(|row| row.text("slug")).collect::<Result<Vec<_>, _>>()?;
    let is_reserved = |slug: &str| of == Of::Post && RESERVED.contains(&slug);
    Ok(free(&wished, |slug| !is_reserved(slug) && !taken.iter().any(|other| other == slug)))
}

fn free(wished: &str, is_free: impl Fn(&str) -> bool) -> String {
    if is_free(wished) {
        return wished.to_owned();
    }
    let mut number = 2_u64;
    loop {
        let slug = format!("{wished}-{number}");
        if is_free(&slug) {
            return slug;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::free;

    #[test]
    fn a_taken_slug_gets_the_next_free_number() {
        let taken = ["a", "a-2"];
        assert_eq!(free("a", |slug| !taken.contains(&slug)), "a-3");
        assert_eq!(free("b", |slug| !taken.contains(&slug)), "b");
    }
}
