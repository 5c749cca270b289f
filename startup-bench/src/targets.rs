//! What the product is held to: point 11 of the project's second issue.

use crate::contenders::{LAMBDA_HTTP, LAMBDA_HTTP_CURRENT};
use crate::report::Metric;

/// A largest value for one figure of the product.
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
        };
        Some(Verdict { metric: self.metric, value, limit, against })
    }
}

/// A target beside what was measured.
#[derive(Debug)]
pub(crate) struct Verdict {
    metric: Metric,
    value: f64,
    limit: f64,
    against: String,
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { metric, value, limit, against } = self;
        let word = if value <= limit { "met" } else { "MISSED" };
        write!(f, "{}: {value:.3}{against}, target at most {limit:.3}: {word}", metric.name())
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
}
