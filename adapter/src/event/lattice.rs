//! VPC Lattice, both versions: the path includes the query.
//!
//! Source: <https://docs.aws.amazon.com/vpc-lattice/latest/ug/lambda-functions.html>

use bytes::Bytes;

use super::fields::{Fields, text};
use super::uri::{Spelling, Target};
use super::{Head, headers, method, remote};
use crate::{Error, Options};

pub(super) fn head(fields: &Fields, event: &Bytes, options: &Options) -> Result<Head, Error> {
    let (field, name) = match fields.lattice_path {
        Some(_) => (fields.lattice_path, "raw_path"),
        None => (fields.path, "path"),
    };
    let path = text(field, name, event)?.unwrap_or_default();
    let (path, query) = match memchr::memchr(b'?', &path) {
        Some(at) => (path.slice(..at), Some(path.slice(at + 1..))),
        None => (path, None),
    };
    let mut target = Target::new(options.strip(&path, None));
    match (query, fields.query.or(fields.lattice_query)) {
        (Some(query), _) => target.add_query(&query),
        (None, Some(map)) => {
            target.add_map(map, "queryStringParameters", Spelling::Decoded, event)?
        }
        (None, None) => {}
    }
    let map = headers::read(&fields.headers, "headers", event)?;
    Ok(Head {
        method: method(fields.method, "method", event)?,
        uri: target.finish()?,
        remote: remote::from_forwarded_for(&map),
        headers: map,
    })
}
