//! The parameters of a request.

use super::error::Error;
use super::nql::{self, Expression};

/// Ghost's default, and the most it gives since version 6.
const DEFAULT_LIMIT: i64 = 15;
const MOST: i64 = 100;

/// What is asked for.
#[derive(Debug)]
pub(super) struct Query {
    pub(super) key: Option<String>,
    pub(super) filter: Option<Expression>,
    pub(super) include: Vec<String>,
    /// Empty: all of them.
    pub(super) fields: Vec<String>,
    pub(super) formats: Vec<String>,
    pub(super) page: i64,
    pub(super) limit: i64,
    pub(super) order: Option<String>,
}

impl Query {
    /// Reads what stands behind the question mark.
    pub(super) fn read(query: Option<&str>) -> Result<Self, Error> {
        let pairs: Vec<(String, String)> = serde_urlencoded(query.unwrap_or_default())?;
        let value = |name: &str| {
            let found = pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
            found.filter(|value| !value.is_empty())
        };
        let list = |name: &str| -> Vec<String> {
            let text = value(name).unwrap_or_default();
            text.split(',').map(str::trim).filter(|s| !s.is_empty()).map(Into::into).collect()
        };
        let filter = value("filter").map(|text| nql::parse(&text)).transpose();
        Ok(Self {
            key: value("key"),
            filter: filter
                .map_err(|reason| Error::BadRequest(format!("Error parsing filter: {reason}")))?,
            include: list("include"),
            fields: list("fields"),
            formats: list("formats"),
            page: number("page", value("page"), 1)?,
            limit: match value("limit").as_deref() {
                Some("all") => MOST,
                _ => number("limit", value("limit"), DEFAULT_LIMIT)?.min(MOST),
            },
            order: value("order"),
        })
    }

    pub(super) fn includes(&self, what: &str) -> bool {
        self.include.iter().any(|included| included == what)
    }

    /// Whether a field is wanted.
    pub(super) fn wants(&self, field: &str) -> bool {
        self.fields.is_empty() || self.fields.iter().any(|wanted| wanted == field)
    }
}

fn number(name: &str, value: Option<String>, otherwise: i64) -> Result<i64, Error> {
    let Some(value) = value else { return Ok(otherwise) };
    let number = value.parse().ok().filter(|number| *number >= 1);
    number.ok_or_else(|| {
        Error::Invalid(format!("{name} is a whole number from 1 on, but it was '{value}'"))
    })
}

fn serde_urlencoded(query: &str) -> Result<Vec<(String, String)>, Error> {
    let uri = format!("/?{query}").parse().map_err(|_| unreadable())?;
    let pairs = axum::extract::Query::try_from_uri(&uri).map_err(|_| unreadable())?;
    Ok(pairs.0)
}

fn unreadable() -> Error {
    Error::BadRequest("the query can't be read".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_given_has_ghosts_defaults() {
        let query = Query::read(Some("key=abc&include=authors,tags&limit=all")).unwrap();
        assert_eq!((query.page, query.limit), (1, 100));
        assert!(query.includes("tags") && !query.includes("count.posts"));
        assert_eq!(Query::read(None).unwrap().limit, 15);
    }

    #[test]
    fn a_number_that_is_none_is_named() {
        for query in ["page=0", "page=-1", "limit=x", "page=99999999999999999999"] {
            let error = Query::read(Some(query)).unwrap_err().to_string();
            assert!(error.contains("whole number"), "{query}: {error}");
        }
    }
}
