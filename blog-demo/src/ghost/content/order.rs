//! The order of what is listed.

use super::error::Error;
use super::schema::{Column, Schema};

/// `published_at DESC, title ASC` as SQL; the id at the end makes it certain.
pub(super) fn order(order: Option<&str>, schema: &Schema, id: &str) -> Result<String, Error> {
    let mut out = String::new();
    for part in order.unwrap_or(schema.order).split(',') {
        let mut words = part.split_whitespace();
        let (field, way) = (words.next().unwrap_or_default(), words.next().unwrap_or("asc"));
        let way = match way.to_ascii_lowercase().as_str() {
            "asc" => "ASC",
            "desc" => "DESC",
            other => {
                return Err(Error::BadRequest(format!("the order is asc or desc, not '{other}'")));
            }
        };
        match schema.column(field)? {
            Column::Text(column)
            | Column::Flag(column)
            | Column::Number(column)
            | Column::Time(column) => out.push_str(&format!("{column} {way}, ")),
            Column::Constant(_) => {}
            Column::Related { .. } => {
                return Err(Error::BadRequest(format!("nothing can be ordered by '{field}'")));
            }
        }
    }
    Ok(format!("{out}{id} ASC"))
}

#[cfg(test)]
mod tests {
    use super::super::schema::POSTS;
    use super::order;

    #[test]
    fn only_known_fields_and_ways_get_into_the_statement() {
        let sql = order(Some("featured desc, title"), &POSTS, "posts.id").unwrap();
        assert_eq!(sql, "posts.is_featured DESC, posts.title ASC, posts.id ASC");
        for wrong in ["title; DROP TABLE posts", "tag", "password", "title sideways", ""] {
            assert!(order(Some(wrong), &POSTS, "posts.id").is_err(), "{wrong}");
        }
    }
}
