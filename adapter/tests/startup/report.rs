//! A JSON report, read.

use std::path::Path;

use serde_json::Value;

/// The report of one start.
#[derive(Clone, Debug)]
pub(crate) struct Report(pub(crate) Value);

impl Report {
    pub(crate) fn read(path: &Path) -> Option<Self> {
        let text = std::fs::read(path).ok()?;
        Some(Self(
            serde_json::from_slice(&text)
                .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&text))),
        ))
    }

    /// The step of this name; there must be one alone.
    pub(crate) fn step(&self, name: &str) -> &Value {
        let steps = self.0["steps"].as_array().unwrap().iter();
        let found: Vec<_> =
            steps.filter(|step| step["name"].as_str().unwrap().starts_with(name)).collect();
        assert_eq!(found.len(), 1, "{name}: {self:#?}");
        found[0]
    }

    /// A number by its path, as in `/init/wall_us`.
    pub(crate) fn number(&self, pointer: &str) -> u64 {
        number(&self.0, pointer)
    }
}

/// A number of `value` by its path.
pub(crate) fn number(value: &Value, pointer: &str) -> u64 {
    let found = value.pointer(pointer).and_then(Value::as_u64);
    found.unwrap_or_else(|| panic!("no number at {pointer}: {value:#?}"))
}
