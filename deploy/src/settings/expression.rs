//! When a schedule is due: EventBridge's expressions.

use std::time::Duration;

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

/// `rate(5 minutes)` or `cron(0 6 * * ? *)`, in UTC.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Expression {
    text: String,
    when: When,
}

#[derive(Clone, Debug)]
enum When {
    Rate(Duration),
    Cron(Box<Cron>),
}

impl TryFrom<String> for Expression {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let inner = |name: &str| text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')');
        let when = match (inner("rate"), inner("cron")) {
            (Some(rate), _) => When::Rate(interval(rate)?),
            (_, Some(fields)) => When::Cron(Box::new(cron(fields)?)),
            _ => {
                return Err(format!("expected rate(5 minutes) or cron(0 6 * * ? *), got {text:?}"));
            }
        };
        Ok(Self { text, when })
    }
}

impl Expression {
    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// When it is due next; `None` if never. A rate counts from `now`.
    #[must_use]
    pub fn after(&self, now: Timestamp) -> Option<Timestamp> {
        match &self.when {
            When::Rate(every) => now.checked_add(SignedDuration::try_from(*every).ok()?).ok(),
            When::Cron(cron) => {
                let now = now.to_zoned(TimeZone::UTC);
                cron.find_next_occurrence(&now, false).ok().map(|next| next.timestamp())
            }
        }
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// `1 hour`, `5 minutes` ...: EventBridge insists on the plural.
fn interval(rate: &str) -> Result<Duration, String> {
    let wrong =
        || format!("expected a rate such as rate(1 hour) or rate(5 minutes), got rate({rate})");
    let (number, unit) = rate.split_once(' ').ok_or_else(wrong)?;
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let seconds = match (number, unit) {
        (1, "minute") | (2.., "minutes") => 60,
        (1, "hour") | (2.., "hours") => 3600,
        (1, "day") | (2.., "days") => 86_400,
        _ => return Err(wrong()),
    };
    number.checked_mul(seconds).map(Duration::from_secs).ok_or_else(wrong)
}

/// Minutes, hours, day of month, month, day of week (1 is Sunday), year.
fn cron(fields: &str) -> Result<Cron, String> {
    let parts: Vec<_> = fields.split(' ').filter(|part| !part.is_empty()).collect();
    let [_, _, day, _, weekday, _] = parts.as_slice() else {
        return Err(format!(
            "expected six fields in cron(minutes hours day-of-month month day-of-week year), got {}",
            parts.len()
        ));
    };
    if (*day == "?") == (*weekday == "?") {
        return Err("expected ? as either the day of the month or the day of the week, since \
                    EventBridge takes only one of them"
            .to_owned());
    }
    let parser = CronParser::builder()
        .seconds(Seconds::Required)
        .year(Year::Required)
        .alternative_weekdays(true)
        .sloppy_ranges(true)
        .build();
    // Croner takes a year only where there are seconds.
    parser
        .parse(&format!("0 {}", parts.join(" ")))
        .map_err(|error| format!("cron({fields}): {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(text: &str, now: &str) -> String {
        let expression = Expression::try_from(text.to_owned()).unwrap();
        expression.after(now.parse().unwrap()).map_or("never".to_owned(), |time| time.to_string())
    }

    /// The examples of EventBridge's documentation, and what its dialect has beyond cron's.
    #[test]
    fn a_schedule_is_due_when_eventbridge_says() {
        // 2026-11-27 is a Friday.
        let now = "2026-11-27T10:00:30Z";
        for (text, wanted) in [
            ("rate(5 minutes)", "2026-11-27T10:05:30Z"),
            ("rate(1 day)", "2026-11-28T10:00:30Z"),
            ("cron(0 10 * * ? *)", "2026-11-28T10:00:00Z"),
            ("cron(15 12 * * ? *)", "2026-11-27T12:15:00Z"),
            ("cron(0 18 ? * MON-FRI *)", "2026-11-27T18:00:00Z"),
            ("cron(0 8 1 * ? *)", "2026-12-01T08:00:00Z"),
            ("cron(0/15 * * * ? *)", "2026-11-27T10:15:00Z"),
            ("cron(0/10 * ? * MON-FRI *)", "2026-11-27T10:10:00Z"),
            ("cron(0/5 8-17 ? * MON-FRI *)", "2026-11-27T10:05:00Z"),
            ("cron(0 9 ? * 2#1 *)", "2026-12-07T09:00:00Z"),
            ("cron(0 9 ? * 1 *)", "2026-11-29T09:00:00Z"),
            ("cron(0 0 L * ? *)", "2026-11-30T00:00:00Z"),
            ("cron(0 0 ? * 6L *)", "2026-12-25T00:00:00Z"),
            ("cron(30 6 15W * ? *)", "2026-12-15T06:30:00Z"),
            ("cron(0 0 1 1 ? 2028)", "2028-01-01T00:00:00Z"),
            ("cron(0 0 1 1 ? 2020)", "never"),
        ] {
            assert_eq!(next(text, now), wanted, "{text}");
        }
    }

    #[test]
    fn what_eventbridge_refuses_is_refused_here() {
        for bad in [
            "",
            "5 minutes",
            "rate(5)",
            "rate(0 minutes)",
            "rate(1 minutes)",
            "rate(5 minute)",
            "rate(5 seconds)",
            "rate(5 minutes) ",
            "cron(0 6 * * *)",
            "cron(0 6 * * * *)",
            "cron(0 6 ? * ? *)",
            "cron(61 6 * * ? *)",
            "cron(0 25 * * ? *)",
            "cron(x 6 * * ? *)",
        ] {
            assert!(Expression::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
