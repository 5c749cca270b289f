//! What the product is held to.

use crate::contenders::{LAMBDA_HTTP, LAMBDA_HTTP_CURRENT};
use crate::report::{Metric, number};
use crate::server::GHOST;

/// A limit for one figure of the product.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    pub(crate) metric: Metric,
    pub(crate) limit: Limit,
}

/// How the figure is limited.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Limit {
    /// At most this share of what that contender needs.
    ShareOf(&'static str, f64),
    /// At most so much more than that contender.
    Above(&'static str, f64),
    /// At most so many times the event's size.
    TimesEvent(f64),
    /// At most this.
    Absolute(f64),
    /// At least so many times what that contender does, of what is better when there is more.
    TimesOf(&'static str, f64),
}

/// The targets of one case of `startup-bench translate`.
pub(crate) fn translate(case: &str) -> Vec<Target> {
    let share = match case {
        "rest-hello" | "rest-user" => 1.0 / 5.0,
        "http-api-user" | "function-url-user" => 1.0 / 4.5,
        "alb-hello" => 1.0 / 3.0,
        "http-api-img" => 1.0 / 12.0,
        "rest-echo-json" => 1.0 / 4.0,
        _ => 1.0 / 7.0,
    };
    let mut targets = vec![
        Target { metric: Metric::Instructions, limit: Limit::ShareOf(LAMBDA_HTTP, share) },
        Target {
            metric: Metric::Allocations,
            limit: Limit::Above(crate::contenders::ROUTER, 25.0),
        },
    ];
    if case == "rest-post-5mib" {
        targets.push(Target { metric: Metric::PeakHeapBytes, limit: Limit::TimesEvent(1.2) });
    }
    targets
}

/// The targets of every case of `startup-bench loop`.
pub(crate) fn invocation_loop() -> Vec<Target> {
    vec![
        Target { metric: Metric::CpuUs, limit: Limit::ShareOf(LAMBDA_HTTP, 1.0 / 3.0) },
        Target { metric: Metric::CpuUs, limit: Limit::ShareOf(LAMBDA_HTTP_CURRENT, 3.0 / 4.0) },
        Target { metric: Metric::Connections, limit: Limit::Absolute(1.0) },
    ]
}

/// The targets of one case of `startup-bench server`, where the product is `blog-demo`.
pub(crate) fn server(case: &str) -> Vec<Target> {
    let target = |metric, limit| Target { metric, limit };
    if case.starts_with("function") {
        return vec![target(Metric::FirstResponseMs, Limit::Absolute(250.0))];
    }
    let mut targets = vec![
        target(Metric::FirstResponseMs, Limit::ShareOf(GHOST, 1.0 / 60.0)),
        target(Metric::RssKb, Limit::ShareOf(GHOST, 1.0 / 10.0)),
        target(Metric::RequestsPerS, Limit::TimesOf(GHOST, 20.0)),
    ];
    if case == "mysql" {
        targets.push(target(Metric::Queries, Limit::Absolute(3.0)));
        targets.push(target(Metric::Connections, Limit::Absolute(1.0)));
    }
    targets
}

/// For a table.
impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Self::ShareOf(contender, share) if share < 0.5 => {
                write!(f, "at most 1/{} of {contender}", number(1.0 / share))
            }
            Self::ShareOf(contender, share) => write!(f, "at most {share:.3} of {contender}"),
            Self::Above(contender, more) => write!(f, "at most {more} above {contender}"),
            Self::TimesEvent(times) => write!(f, "at most {times} times the event"),
            Self::Absolute(most) => write!(f, "at most {most}"),
            Self::TimesOf(contender, times) => write!(f, "at least {times} times {contender}"),
        }
    }
}

impl Target {
    /// `figure` in the unit of the limit, and the limit: `None` when what it refers to wasn't measured.
    pub(crate) fn judge(
        &self,
        figure: f64,
        event: usize,
        of: impl Fn(&str) -> Option<f64>,
    ) -> Option<Verdict> {
        let (value, limit, against) = match self.limit {
            Limit::ShareOf(contender, share) => {
                (figure / of(contender)?, share, format!(" of {contender}"))
            }
            Limit::Above(contender, more) => {
                (figure - of(contender)?, more, format!(" above {contender}"))
            }
            #[allow(clippy::cast_precision_loss, reason = "an event has at most 6 MiB")]
            Limit::TimesEvent(times) => {
                (figure / event as f64, times, " times the event".to_owned())
            }
            Limit::Absolute(most) => (figure, most, String::new()),
            Limit::TimesOf(contender, times) => {
                (figure / of(contender)?, times, format!(" times {contender}"))
            }
        };
        let is_least = matches!(self.limit, Limit::TimesOf(..));
        Some(Verdict { metric: self.metric, value, limit, is_least, against })
    }
}

/// A target beside what was measured.
#[derive(Debug)]
pub(crate) struct Verdict {
    metric: Metric,
    value: f64,
    limit: f64,
    /// Not the most, but the least that is to be reached.
    is_least: bool,
    against: String,
}

impl Verdict {
    /// In one word.
    pub(crate) fn word(&self) -> &'static str {
        let Self { value, limit, .. } = self;
        let is_met = if self.is_least { value >= limit } else { value <= limit };
        if is_met { "met" } else { "MISSED" }
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { metric, value, limit, is_least, against } = self;
        let (metric, bound) = (metric.name(), if *is_least { "least" } else { "most" });
        let word = self.word();
        write!(f, "{metric}: {value:.3}{against}, target at {bound} {limit:.3}: {word}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_judged_against_the_contender_it_names() {
        let target =
            Target { metric: Metric::Instructions, limit: Limit::ShareOf(LAMBDA_HTTP, 0.2) };
        let verdict = target.judge(30.0, 0, |_| Some(100.0)).unwrap();
        assert_eq!(
            verdict.to_string(),
            "instructions: 0.300 of lambda_http, target at most 0.200: MISSED"
        );
        assert!(target.judge(30.0, 0, |_| None).is_none());
    }

    #[test]
    fn more_is_better_where_a_target_is_the_least() {
        let limit = Limit::TimesOf(GHOST, 20.0);
        let target = Target { metric: Metric::RequestsPerS, limit };
        let said = |figure| target.judge(figure, 0, |_| Some(50.0)).unwrap().to_string();
        assert_eq!(
            said(900.0),
            "requests_per_s: 18.000 times ghost, target at least 20.000: MISSED"
        );
        assert!(said(1000.0).ends_with(": met"));
        assert_eq!(limit.to_string(), "at least 20 times ghost");
        assert_eq!(Limit::ShareOf(GHOST, 1.0 / 60.0).to_string(), "at most 1/60 of ghost");
    }
}
