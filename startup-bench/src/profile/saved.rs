//! The file of `--json`, and `--against`, which reads it again.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::Value;

use super::merged::{Conditions, Profile};

/// What an earlier run has saved.
#[derive(Debug, Deserialize)]
pub(super) struct Saved {
    machine: Value,
    profiles: Vec<Profile>,
}

impl Saved {
    /// Reads the file, before anything is measured in vain.
    ///
    /// # Errors
    /// If it can't be read, or another command has written it.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let shown = path.display();
        let text = std::fs::read(path).with_context(|| format!("can't read {shown}"))?;
        serde_json::from_slice(&text)
            .with_context(|| format!("{shown} is no file of startup-bench profile --json"))
    }

    /// The profile under the same conditions.
    ///
    /// # Errors
    /// If there is none; says which there are.
    pub(super) fn profile(&self, conditions: &Conditions) -> Result<&Profile> {
        let found = self.profiles.iter().find(|profile| profile.conditions == *conditions);
        let there: Vec<String> =
            self.profiles.iter().map(|profile| profile.conditions.sentence()).collect();
        found.with_context(|| {
            let wanted = conditions.sentence();
            let there = there.join("; ");
            format!("the saved run has no profile with {wanted}; it has: {there}")
        })
    }

    /// That one of these conditions is missing.
    ///
    /// # Errors
    /// As [`Self::profile`].
    pub(super) fn check(&self, all: &[Conditions]) -> Result<()> {
        ensure!(!self.profiles.is_empty(), "the saved run has no profile");
        all.iter().try_for_each(|conditions| self.profile(conditions).map(drop))
    }

    /// What differs so much that times can't be compared, in a sentence.
    pub(super) fn differences(&self, machine: &Value, after: &Profile) -> Option<String> {
        let facts = ["cpu", "cores", "kernel", "rtt_ms"].into_iter();
        let mut differ: Vec<String> = facts
            .filter(|fact| self.machine[*fact] != machine[*fact])
            .map(|fact| format!("{fact} was {}, is {}", self.machine[fact], machine[fact]))
            .collect();
        let before = self.profile(&after.conditions).ok()?;
        if before.event != after.event {
            differ.push(format!("the first event was {}, is {}", before.event, after.event));
        }
        (!differ.is_empty()).then(|| differ.join("; "))
    }
}
