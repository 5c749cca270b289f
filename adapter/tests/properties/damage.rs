//! The events of the corpus, and what can happen to them on their way.

use std::sync::LazyLock;

use base64_simd::STANDARD as BASE64;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;

/// The events of the corpus, of every cloud.
pub(crate) static CORPUS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance/requests");
    let mut events = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        for line in std::fs::read_to_string(entry.unwrap().path()).unwrap().lines() {
            let case: Value = serde_json::from_str(line).unwrap();
            events.push(match case["event"].as_str() {
                Some(text) => text.as_bytes().to_vec(),
                None => BASE64.decode_to_vec(case["event_base64"].as_str().unwrap()).unwrap(),
            });
        }
    }
    events.sort();
    events
});

/// What can happen to an event.
#[derive(Clone, Debug)]
pub(crate) enum Damage {
    Replace(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, Index),
    Repeat(Index, Index),
    Truncate(Index),
}

pub(crate) fn damage() -> impl Strategy<Value = Damage> {
    let place = any::<Index>;
    // Bytes that mean something in JSON are likelier to do harm.
    let byte = || prop_oneof![select(&b"\"\\{}[]:,\x00\n u0e-.\xff\xc3"[..]), any::<u8>()];
    prop_oneof![
        3 => (place(), byte()).prop_map(|(at, byte)| Damage::Replace(at, byte)),
        3 => (place(), prop::collection::vec(byte(), 1..5)).prop_map(|(at, b)| Damage::Insert(at, b)),
        1 => (place(), place()).prop_map(|(a, b)| Damage::Remove(a, b)),
        1 => (place(), place()).prop_map(|(a, b)| Damage::Repeat(a, b)),
        1 => place().prop_map(Damage::Truncate),
    ]
}

/// Does it to `event`.
pub(crate) fn apply(event: &mut Vec<u8>, damage: &Damage) {
    let len = event.len();
    if len == 0 {
        return;
    }
    let range = |a: &Index, b: &Index| {
        let (a, b) = (a.index(len), b.index(len));
        a.min(b)..a.max(b).min(a.min(b) + 40)
    };
    match damage {
        Damage::Replace(at, byte) => event[at.index(len)] = *byte,
        Damage::Insert(at, bytes) => {
            let at = at.index(len);
            event.splice(at..at, bytes.iter().copied());
        }
        Damage::Remove(a, b) => drop(event.drain(range(a, b))),
        Damage::Repeat(a, b) => {
            let part = event[range(a, b)].to_vec();
            let at = range(a, b).end;
            event.splice(at..at, part);
        }
        Damage::Truncate(at) => event.truncate(at.index(len)),
    }
}
