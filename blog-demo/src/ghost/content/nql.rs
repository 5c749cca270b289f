//! Filters, in the part of Ghost's query language NQL that is used with the Content API.
//!
//! `featured:true+(tag:[walks,code],author:-ines)+published_at:>'2026-01-01'`: `+` is and, `,` is or,
//! brackets group; a value may have one of `-` (not), `>`, `>=`, `<`, `<=`, `~` (contains), `~^` (begins
//! with) and `~$` (ends with) before it, and a list `[a,b]` stands for one of them. `null`, `true`,
//! `false` and times such as `now-30d` are known; other text with signs in it stands in quotes.

/// A filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expression {
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Is { field: String, operator: Operator, negated: bool, values: Vec<Literal> },
}

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    /// Is one of the values.
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Contains,
    StartsWith,
    EndsWith,
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Literal {
    Null,
    /// Not in quotes: may be a number, a flag or a time.
    Bare(String),
    Quoted(String),
}

/// So deep may brackets stand in brackets.
const DEEPEST: usize = 20;
const LONGEST: usize = 4_000;

/// Reads a filter; an error says what was expected where.
pub(super) fn parse(text: &str) -> Result<Expression, String> {
    if text.len() > LONGEST {
        return Err(format!("it is longer than {LONGEST} characters"));
    }
    let mut parser = Parser { text, at: 0 };
    let expression = parser.any(0)?;
    match parser.peek() {
        None => Ok(expression),
        Some(sign) => Err(format!("'{sign}' at {} was not expected", parser.at)),
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self, sign: &str) -> bool {
        let is_there = self.rest().starts_with(sign);
        if is_there {
            self.at += sign.len();
        }
        is_there
    }

    fn spaces(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn any(&mut self, depth: usize) -> Result<Expression, String> {
        let mut parts = vec![self.all(depth)?];
        while self.take(",") {
            parts.push(self.all(depth)?);
        }
        Ok(single(parts, Expression::Any))
    }

    fn all(&mut self, depth: usize) -> Result<Expression, String> {
        let mut parts = vec![self.one(depth)?];
        while self.take("+") {
            parts.push(self.one(depth)?);
        }
        Ok(single(parts, Expression::All))
    }

    fn one(&mut self, depth: usize) -> Result<Expression, String> {
        if depth > DEEPEST {
            return Err("it nests too deep".to_owned());
        }
        self.spaces();
        let expression = if self.take("(") {
            let inner = self.any(depth + 1)?;
            if !self.take(")") {
                return Err(format!("')' was expected at {}", self.at));
            }
            inner
        } else {
            self.comparison()?
        };
        self.spaces();
        Ok(expression)
    }

    fn comparison(&mut self) -> Result<Expression, String> {
        let rest = self.rest();
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
        let length = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        let field = rest.get(..length).unwrap_or_default().to_owned();
        self.at += length;
        if field.is_empty() || !self.take(":") {
            return Err(format!("a field and ':' were expected at {}", self.at));
        }
        let negated = self.take("-");
        let operator = self.operator();
        let values = if operator == Operator::Equal && self.take("[") {
            self.list()?
        } else {
            vec![self.value()?]
        };
        Ok(Expression::Is { field, operator, negated, values })
    }

    fn operator(&mut self) -> Operator {
        for (sign, operator) in [
            (">=", Operator::GreaterOrEqual),
            (">", Operator::Greater),
            ("<=", Operator::LessOrEqual),
            ("<", Operator::Less),
            ("~^", Operator::StartsWith),
            ("~$", Operator::EndsWith),
            ("~", Operator::Contains),
        ] {
            if self.take(sign) {
                return operator;
            }
        }
        Operator::Equal
    }

    fn list(&mut self) -> Result<Vec<Literal>, String> {
        let mut values = Vec::new();
        loop {
            self.spaces();
            values.push(self.value()?);
            self.spaces();
            if self.take("]") {
                return Ok(values);
            }
            if !self.take(",") {
                return Err(format!("',' or ']' was expected at {}", self.at));
            }
        }
    }

    fn value(&mut self) -> Result<Literal, String> {
        for quote in ['\'', '"'] {
            if self.peek() == Some(quote) {
                self.at += 1;
                return self.quoted(quote).map(Literal::Quoted);
            }
        }
        let ends = |c: char| c.is_whitespace() || "+,()[]'\"<>".contains(c);
        let rest = self.rest();
        let length = rest.find(ends).unwrap_or(rest.len());
        // `now+1d` has the sign of and: it belongs to the time if a number follows.
        let length = if rest.starts_with("now+") {
            rest.get(4..).and_then(|r| r.find(ends)).map_or(rest.len(), |end| end + 4)
        } else {
            length
        };
        let text = rest.get(..length).unwrap_or_default();
        if text.is_empty() {
            return Err(format!("a value was expected at {}", self.at));
        }
        self.at += length;
        Ok(if text == "null" { Literal::Null } else { Literal::Bare(text.to_owned()) })
    }

    fn quoted(&mut self, quote: char) -> Result<String, String> {
        let mut out = String::new();
        let mut is_escaped = false;
        for (at, sign) in self.rest().char_indices() {
            match sign {
                _ if is_escaped => {
                    out.push(sign);
                    is_escaped = false;
                }
                '\\' => is_escaped = true,
                _ if sign == quote => {
                    self.at += at + 1;
                    return Ok(out);
                }
                _ => out.push(sign),
            }
        }
        Err(format!("a quotation begins at {} and does not end", self.at))
    }
}

fn single(
    mut parts: Vec<Expression>,
    many: impl FnOnce(Vec<Expression>) -> Expression,
) -> Expression {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            many(parts)
        }
        None => many(parts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(field: &str, operator: Operator, negated: bool, values: &[&str]) -> Expression {
        let values = values.iter().map(|value| Literal::Bare((*value).to_owned())).collect();
        Expression::Is { field: field.to_owned(), operator, negated, values }
    }

    #[test]
    fn and_binds_more_than_or() {
        let a = || is("a", Operator::Equal, false, &["1"]);
        let b = || is("b", Operator::Equal, true, &["2"]);
        let c = || is("c", Operator::Greater, false, &["3"]);
        let parsed = parse("a:1,b:-2+c:>3").unwrap();
        assert_eq!(parsed, Expression::Any(vec![a(), Expression::All(vec![b(), c()])]));
        let parsed = parse("(a:1,b:-2)+c:>3").unwrap();
        assert_eq!(parsed, Expression::All(vec![Expression::Any(vec![a(), b()]), c()]));
    }

    #[test]
    fn lists_quotes_and_relative_times_are_read() {
        assert_eq!(parse("tag:[x,y-z]").unwrap(), is("tag", Operator::Equal, false, &["x", "y-z"]));
        assert_eq!(
            parse("at:<=now-30d").unwrap(),
            is("at", Operator::LessOrEqual, false, &["now-30d"])
        );
        assert_eq!(parse("at:<now+1w").unwrap(), is("at", Operator::Less, false, &["now+1w"]));
        let quoted = Expression::Is {
            field: "title".to_owned(),
            operator: Operator::Contains,
            negated: true,
            values: vec![Literal::Quoted("it's + (a)".to_owned())],
        };
        assert_eq!(parse(r"title:-~'it\'s + (a)'").unwrap(), quoted);
    }

    #[test]
    fn what_is_no_filter_is_refused_with_a_reason() {
        let deep = format!("{}a:1{}", "(".repeat(50), ")".repeat(50));
        for text in
            ["", "a", "a:", ":1", "a:1+", "a:[1", "a:'x", "(a:1", "a:1)", "a:1 b:2", "ä:1", &deep]
        {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
