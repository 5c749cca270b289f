//! Dates as API Gateway and CloudWatch write them, in UTC; and times that are not too long.

use std::time::Duration;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A day of the Gregorian calendar.
struct Date {
    year: i64,
    month: usize,
    day: i64,
}

/// A time whose end can be told: a century at most. There is no moment `Duration::MAX` from now.
pub(crate) fn bounded(time: Duration) -> Duration {
    time.min(Duration::from_secs(100 * 366 * 86_400))
}

/// `12/Mar/2026:09:41:07 +0000`
pub(crate) fn request_time(epoch_ms: u64) -> String {
    let seconds = epoch_ms / 1000;
    let Date { year, month, day } = date(seconds / 86_400);
    let month = MONTHS[month - 1];
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{day:02}/{month}/{year}:{hour:02}:{minute:02}:{second:02} +0000")
}

/// `2026-03-12T09:41:07.000Z`
pub(crate) fn timestamp(epoch_ms: u64) -> String {
    let seconds = epoch_ms / 1000;
    let Date { year, month, day } = date(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let milliseconds = epoch_ms % 1000;
    format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milliseconds:03}Z")
}

/// `2026/03/12`
pub(crate) fn log_day(epoch_ms: u64) -> String {
    let Date { year, month, day } = date(epoch_ms / 86_400_000);
    format!("{year}/{month:02}/{day:02}")
}

/// The date of a day since 1970: Howard Hinnant's `civil_from_days`, for days that are not
/// before it.
fn date(days: u64) -> Date {
    let shifted = i64::try_from(days).unwrap_or(0) + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    Date {
        year: year_of_era + era * 400 + i64::from(month <= 2),
        month: usize::try_from(month).unwrap_or(1),
        day: day_of_year - (153 * month_from_march + 2) / 5 + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_the_platform_writes_them() {
        assert_eq!(request_time(0), "01/Jan/1970:00:00:00 +0000");
        assert_eq!(request_time(1_773_308_467_000), "12/Mar/2026:09:41:07 +0000");
        assert_eq!(request_time(1_709_251_199_999), "29/Feb/2024:23:59:59 +0000");
        assert_eq!(log_day(1_773_308_467_000), "2026/03/12");
        assert_eq!(timestamp(1_773_308_467_007), "2026-03-12T09:41:07.007Z");
    }
}
