//! From a filter to a condition in SQL. Nothing of the filter but known fields gets into the text of
//! a statement: values are parameters.

use super::error::Error;
use super::nql::{Expression, Literal, Operator};
use super::schema::{Column, Schema};
use crate::database::Value;
use crate::model::{Millis, now};

/// A condition and its parameters.
#[derive(Debug, Default)]
pub(super) struct Condition {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

/// The condition of a filter.
pub(super) fn condition(filter: &Expression, schema: &Schema) -> Result<Condition, Error> {
    let mut condition = Condition::default();
    condition.add(filter, schema)?;
    Ok(condition)
}

impl Condition {
    fn add(&mut self, filter: &Expression, schema: &Schema) -> Result<(), Error> {
        match filter {
            Expression::All(parts) => self.join(parts, " AND ", schema),
            Expression::Any(parts) => self.join(parts, " OR ", schema),
            Expression::Is { field, operator, negated, values } => {
                let column = schema.column(field)?;
                self.compare(column, *operator, *negated, values, field)
            }
        }
    }

    fn join(&mut self, parts: &[Expression], word: &str, schema: &Schema) -> Result<(), Error> {
        for (number, part) in parts.iter().enumerate() {
            self.sql.push_str(if number == 0 { "(" } else { word });
            self.add(part, schema)?;
        }
        self.sql.push(')');
        Ok(())
    }

    fn compare(
        &mut self,
        column: Column,
        operator: Operator,
        negated: bool,
        values: &[Literal],
        field: &str,
    ) -> Result<(), Error> {
        if let Column::Related { rows, column } = column {
            // Not "has one that differs", but "has none".
            self.sql.push_str(if negated { "posts.id NOT IN (" } else { "posts.id IN (" });
            self.sql.push_str(rows);
            self.sql.push_str(" AND ");
            self.compare(Column::Text(column), operator, false, values, field)?;
            self.sql.push(')');
            return Ok(());
        }
        if negated {
            self.sql.push_str("NOT ");
        }
        self.sql.push('(');
        for (number, value) in values.iter().enumerate() {
            if number > 0 {
                self.sql.push_str(" OR ");
            }
            self.compare_one(column, operator, value, field)?;
        }
        self.sql.push(')');
        Ok(())
    }

    fn compare_one(
        &mut self,
        column: Column,
        operator: Operator,
        value: &Literal,
        field: &str,
    ) -> Result<(), Error> {
        let wrong = |expected: &str| {
            Error::BadRequest(format!("Error parsing filter: {field} takes {expected}"))
        };
        let sign = sign(operator);
        let text = match value {
            Literal::Null => "",
            Literal::Bare(text) | Literal::Quoted(text) => text,
        };
        match (column, sign) {
            (Column::Constant(constant), _) => {
                self.sql.push_str(if constant == text { "1 = 1" } else { "1 = 0" });
            }
            (Column::Flag(name), Some("=")) => {
                let flag = text.parse::<bool>().map_err(|_| wrong("true or false"))?;
                self.push(&format!("{name} = ?"), flag.into());
            }
            (Column::Time(name), Some("=")) if *value == Literal::Null => {
                self.sql.push_str(&format!("{name} IS NULL"));
            }
            (Column::Time(name), Some(sign)) => {
                let at =
                    time(text).ok_or_else(|| wrong("times such as '2026-01-31' and now-30d"))?;
                self.push(&format!("{name} {sign} ?"), at.into());
            }
            (Column::Number(name), Some(sign)) => {
                let number = text.parse::<i64>().map_err(|_| wrong("whole numbers"))?;
                self.push(&format!("{name} {sign} ?"), number.into());
            }
            // What is null in Ghost is empty here.
            (Column::Text(name), Some(sign)) => self.push(&format!("{name} {sign} ?"), text.into()),
            (Column::Text(name), None) => {
                let pattern = like(operator, &text.to_lowercase());
                self.push(&format!("LOWER({name}) LIKE ? ESCAPE '!'"), pattern.into());
            }
            _ => return Err(wrong("no such comparison")),
        }
        Ok(())
    }

    fn push(&mut self, sql: &str, value: Value) {
        self.sql.push_str(sql);
        self.values.push(value);
    }
}

/// None for those that look into a text.
fn sign(operator: Operator) -> Option<&'static str> {
    match operator {
        Operator::Equal => Some("="),
        Operator::Greater => Some(">"),
        Operator::GreaterOrEqual => Some(">="),
        Operator::Less => Some("<"),
        Operator::LessOrEqual => Some("<="),
        Operator::Contains | Operator::StartsWith | Operator::EndsWith => None,
    }
}

fn like(operator: Operator, text: &str) -> String {
    let text = text.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    match operator {
        Operator::StartsWith => format!("{text}%"),
        Operator::EndsWith => format!("%{text}"),
        _ => format!("%{text}%"),
    }
}

/// `2026-01-31`, `2026-01-31 12:00:00`, `2026-01-31T12:00:00Z`, `now`, `now-30d`, `now+2h`.
fn time(text: &str) -> Option<Millis> {
    if let Some(rest) = text.strip_prefix("now") {
        return Some(now().saturating_add(if rest.is_empty() { 0 } else { offset(rest)? }));
    }
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Some(time.as_millisecond());
    }
    let civil = text.parse::<jiff::civil::DateTime>().ok()?;
    Some(civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

/// `-30d`: seconds, minutes, hours, days, weeks, months of 30 days, years of 365.
fn offset(text: &str) -> Option<Millis> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("-", rest) => (-1, rest),
        ("+", rest) => (1, rest),
        _ => return None,
    };
    let unit = rest.chars().next_back()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 604_800,
        'M' => 2_592_000,
        'y' => 31_536_000,
        _ => return None,
    };
    let count: i64 = rest.strip_suffix(unit)?.parse().ok()?;
    count.checked_mul(seconds)?.checked_mul(1000 * sign)
}

#[cfg(test)]
mod tests {
    use super::super::nql;
    use super::super::schema::POSTS;
    use super::*;

    fn sql(filter: &str) -> Result<String, Error> {
        condition(&nql::parse(filter).unwrap(), &POSTS).map(|condition| condition.sql)
    }

    #[test]
    fn values_are_parameters_and_never_part_of_the_statement() {
        let hostile =
            nql::parse(r#"title:'\' OR 1=1 --'+slug:-["x\");DROP TABLE posts",y]"#).unwrap();
        let condition = condition(&hostile, &POSTS).unwrap();
        assert!(
            !condition.sql.contains("DROP") && !condition.sql.contains("1=1"),
            "{}",
            condition.sql
        );
        assert_eq!(condition.sql.matches('?').count(), condition.values.len());
    }

    #[test]
    fn unknown_fields_and_wrong_values_are_named() {
        for (filter, what) in [
            ("password:x", "password"),
            ("featured:maybe", "true or false"),
            ("published_at:>soon", "times"),
            ("published_at:~x", "no such comparison"),
        ] {
            let error = sql(filter).unwrap_err().to_string();
            assert!(error.contains(what), "{filter}: {error}");
        }
    }

    #[test]
    fn signs_of_a_pattern_are_text() {
        assert_eq!(like(Operator::Contains, "100%_!"), "%100!%!_!!%");
    }

    #[test]
    fn relative_times_count_from_now() {
        assert_eq!(offset("-2d"), Some(-172_800_000));
        assert_eq!(offset("+90m"), Some(5_400_000));
        for wrong in ["2d", "-d", "-2x", "-9999999999999999y", ""] {
            assert_eq!(offset(wrong), None, "{wrong}");
        }
    }
}
