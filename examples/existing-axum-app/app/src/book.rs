//! The entries, in memory.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Serialize;

/// A book that all requests share; a clone is the same book.
#[derive(Clone, Default)]
pub(crate) struct Book(Arc<Mutex<Vec<Entry>>>);

/// A line in the book.
#[derive(Clone, Serialize)]
pub(crate) struct Entry {
    pub(crate) id: usize,
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) weather: Weather,
    /// Seconds since 1970.
    pub(crate) time: u64,
}

/// What it was like up there.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Weather {
    Sun,
    Clouds,
    Rain,
    Snow,
}

impl Weather {
    pub(crate) const ALL: [Self; 4] = [Self::Sun, Self::Clouds, Self::Rain, Self::Snow];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sun => "sun",
            Self::Clouds => "clouds",
            Self::Rain => "rain",
            Self::Snow => "snow",
        }
    }

    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Sun => "☀",
            Self::Clouds => "☁",
            Self::Rain => "☂",
            Self::Snow => "❄",
        }
    }
}

impl Book {
    /// A book with some pages full.
    pub(crate) fn found() -> Self {
        const HOUR: u64 = 60 * 60;
        let book = Self::default();
        for (hours, name, weather, text) in [
            (412, "Old Hannes", Weather::Snow, "Forty-first time. The box needs a new hinge."),
            (
                190,
                "Priya & Tom",
                Weather::Clouds,
                "Could not see our boots. Worth it for the soup.",
            ),
            (97, "Mateusz", Weather::Rain, "The marmot by the cairn stole half of my bread <3"),
            (51, "Class 4b", Weather::Sun, "WE MADE IT!!! All 23 of us. Mr Berger came last."),
            (
                26,
                "Zoë",
                Weather::Sun,
                "Sunrise from up here, alone. I will be quiet about the rest.",
            ),
            (
                3,
                "Kenji",
                Weather::Clouds,
                "Third summit this week. Knees say: last summit this week.",
            ),
        ] {
            let time = now().saturating_sub(hours * HOUR);
            book.add(name.to_owned(), text.to_owned(), weather, time);
        }
        book
    }

    /// Adds a line of now; its id.
    pub(crate) fn sign(&self, name: String, text: String, weather: Weather) -> usize {
        self.add(name, text, weather, now())
    }

    fn add(&self, name: String, text: String, weather: Weather, time: u64) -> usize {
        let mut entries = self.entries();
        let id = entries.len() + 1;
        entries.push(Entry { id, name, text, weather, time });
        id
    }

    pub(crate) fn entry(&self, id: usize) -> Option<Entry> {
        let entries = self.entries();
        entries.get(id.checked_sub(1)?).cloned()
    }

    /// The newest entries, after the first `skip` of them.
    pub(crate) fn newest(&self, skip: usize, count: usize) -> Vec<Entry> {
        let entries = self.entries();
        entries.iter().rev().skip(skip).take(count).cloned().collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.entries().len()
    }

    /// An entry is added as a whole, so a panic elsewhere leaves nothing half done.
    fn entries(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    /// How long ago it was, in words.
    pub(crate) fn age(&self) -> String {
        let minutes = now().saturating_sub(self.time) / 60;
        let (number, unit) = match minutes {
            0 => return "just now".to_owned(),
            1..60 => (minutes, "minute"),
            60..1440 => (minutes / 60, "hour"),
            _ => (minutes / 1440, "day"),
        };
        let plural = if number == 1 { "" } else { "s" };
        format!("{number} {unit}{plural} ago")
    }
}

fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap_or(Duration::ZERO).as_secs()
}
