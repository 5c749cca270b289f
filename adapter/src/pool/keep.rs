//! Which connections are kept.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::backend::{Park, Parked, PermitAsk};
use super::clock::Moment;
use super::config::Keep;

/// So long a reading of the server's pressure is good: a fleet changes in about as long, and a
/// reading costs the server as much as a query.
const FRESH: Duration = Duration::from_secs(1);

/// The keep rule and what it remembers.
#[derive(Debug)]
pub(super) struct Keeper {
    rule: Keep,
    /// The last reading: percent of the slots, and when.
    pressure: Mutex<Option<(u64, Moment)>>,
}

impl Keeper {
    pub(super) fn new(rule: Keep) -> Self {
        Self { rule, pressure: Mutex::new(None) }
    }

    /// What must be asked before it can be decided; `None` if the connection is not kept, whatever the
    /// answer.
    pub(super) fn question(&self, had: Option<u32>) -> Option<Park> {
        match self.rule {
            Keep::Never => None,
            Keep::Always => Some(Park::default()),
            Keep::Pressure { percent } => match self.reading() {
                Some(pressure) if pressure >= u64::from(percent) => None,
                reading => Some(Park { reads_pressure: reading.is_none(), permit: None }),
            },
            Keep::Permits { percent } => {
                let permit = Some(PermitAsk { percent, had });
                Some(Park { reads_pressure: false, permit })
            }
        }
    }

    pub(super) fn is_kept(&self, parked: Parked) -> bool {
        if let Some(pressure) = parked.pressure {
            *self.pressure.lock().unwrap_or_else(PoisonError::into_inner) =
                Some((pressure, Moment::now()));
        }
        match self.rule {
            Keep::Never => false,
            Keep::Always => true,
            Keep::Pressure { percent } => {
                parked.pressure.is_none_or(|pressure| pressure < u64::from(percent))
            }
            Keep::Permits { .. } => parked.permit.is_some(),
        }
    }

    fn reading(&self) -> Option<u64> {
        let reading = *self.pressure.lock().unwrap_or_else(PoisonError::into_inner);
        let (pressure, read) = reading?;
        (Moment::now().since(read) < FRESH).then_some(pressure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parked(pressure: Option<u64>) -> Parked {
        Parked { pressure, ..Parked::default() }
    }

    #[test]
    fn a_reading_is_used_for_a_second_and_decides_without_a_question() {
        let keeper = Keeper::new(Keep::Pressure { percent: 60 });
        assert!(keeper.question(None).unwrap().reads_pressure);
        assert!(keeper.is_kept(parked(Some(59))));
        assert!(!keeper.question(None).unwrap().reads_pressure);
        assert!(!keeper.is_kept(parked(Some(60))));
        assert!(keeper.question(None).is_none());
    }

    #[test]
    fn without_a_permit_nothing_is_kept() {
        let keeper = Keeper::new(Keep::Permits { percent: 30 });
        let ask = keeper.question(Some(4)).unwrap().permit.unwrap();
        assert_eq!((ask.percent, ask.had), (30, Some(4)));
        assert!(!keeper.is_kept(Parked::default()));
        assert!(keeper.is_kept(Parked { permit: Some(0), ..Parked::default() }));
    }
}
