//! Numbers that carry their limits in their type.

use serde::Deserialize;

/// A number from `MIN` to `MAX`, both included.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "i64")]
pub struct Between<const MIN: u32, const MAX: u32>(u32);

/// A number of days that CloudWatch Logs takes as a retention.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "i64")]
pub struct LogRetentionDays(u32);

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>
const RETENTIONS: [u32; 22] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];

impl<const MIN: u32, const MAX: u32> Between<MIN, MAX> {
    /// The number itself.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }

    /// A default: checked when it is compiled.
    pub(crate) const fn of<const N: u32>() -> Self {
        const { assert!(MIN <= N && N <= MAX) };
        Self(N)
    }
}

impl<const MIN: u32, const MAX: u32> TryFrom<i64> for Between<MIN, MAX> {
    type Error = String;

    fn try_from(number: i64) -> Result<Self, String> {
        u32::try_from(number)
            .ok()
            .filter(|number| (MIN..=MAX).contains(number))
            .map(Self)
            .ok_or_else(|| format!("expected a number from {MIN} to {MAX}, got {number}"))
    }
}

impl LogRetentionDays {
    /// The number of days.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

impl Default for LogRetentionDays {
    fn default() -> Self {
        Self(30)
    }
}

impl TryFrom<i64> for LogRetentionDays {
    type Error = String;

    fn try_from(number: i64) -> Result<Self, String> {
        u32::try_from(number)
            .ok()
            .filter(|days| RETENTIONS.contains(days))
            .map(Self)
            .ok_or_else(|| {
                format!(
                    "expected a number of days that CloudWatch Logs knows \
                     (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, ...), got {number}"
                )
            })
    }
}
