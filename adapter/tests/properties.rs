//! What holds for every event and every answer: nothing panics, what is no JSON is an error, and
//! bodies arrive byte for byte.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

#[path = "properties/answers.rs"]
mod answers;
#[path = "properties/damage.rs"]
mod damage;
#[path = "properties/json.rs"]
mod json;
#[path = "properties/requests.rs"]
mod requests;
mod support;

use proptest::prelude::ProptestConfig;

/// `cases` cases, without a file of failures beside the source.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) }
}
