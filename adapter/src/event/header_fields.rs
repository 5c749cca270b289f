//! Where an event's header maps stand, entry by entry.

use super::fields::present;
use crate::Error;
use crate::json::{Scanner, Value};

/// A map of headers, entry by entry, so that it need not be scanned again.
#[derive(Default)]
pub(crate) enum HeaderFields {
    #[default]
    Absent,
    /// Each name with a value; a list's name stands with each of its values.
    Map(Vec<(Value, Value)>),
    /// A value that is no object.
    Other(Value),
}

impl HeaderFields {
    pub(super) fn scan(scanner: &mut Scanner<'_>) -> Result<Self, Error> {
        /// More than most requests have.
        const USUAL_HEADERS: usize = 32;
        if scanner.peek() != Some(b'{') {
            return Ok(present(scanner.value()?).map_or(Self::Absent, Self::Other));
        }
        let mut map = Vec::with_capacity(USUAL_HEADERS);
        scanner.object(|scanner, name| {
            if scanner.peek() != Some(b'[') {
                map.push((name, scanner.value()?));
                return Ok(());
            }
            scanner.array(|scanner| {
                map.push((name, scanner.value()?));
                Ok(())
            })
        })?;
        Ok(Self::Map(map))
    }

    /// Whether there is anything to read; an empty map is as good as none.
    pub(crate) fn is_present(&self) -> bool {
        match self {
            Self::Absent => false,
            Self::Map(map) => !map.is_empty(),
            Self::Other(_) => true,
        }
    }

    pub(crate) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}
