//! What all parts of the web side share: caching, headers, addresses, errors.

pub(crate) mod error;
pub(crate) mod headers;
pub(crate) mod origin;
mod pages;
pub(crate) mod target;

pub(crate) use error::Error;
pub(crate) use origin::Origin;
pub(crate) use pages::{Made, Pages};
