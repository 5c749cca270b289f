//! What a pool has done, in numbers.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident = $metric:literal,)*) => {
        /// What a [`Pool`](super::Pool) has done since it was made, and what it holds now.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Status {
            /// Connections that wait to be used.
            pub idle: u64,
            /// Connections in use.
            pub in_use: u64,
            $($(#[$doc])* pub $name: u64,)*
        }

        #[derive(Debug, Default)]
        pub(super) struct Counters {
            $(pub(super) $name: Counter,)*
        }

        impl Counters {
            pub(super) fn read(&self) -> Status {
                Status { idle: 0, in_use: 0, $($name: self.$name.read(),)* }
            }
        }

        impl Status {
            /// What has been counted since `earlier`.
            #[must_use]
            pub fn since(&self, earlier: &Self) -> Self {
                Self {
                    idle: self.idle,
                    in_use: self.in_use,
                    $($name: self.$name.saturating_sub(earlier.$name),)*
                }
            }

            fn metrics(&self) -> Vec<(&'static str, u64)> {
                vec![("Idle", self.idle), ("InUse", self.in_use), $(($metric, self.$name),)*]
            }
        }
    };
}

counters! {
    /// Times that a connection was given out.
    gets = "Gets",
    /// Connections that were opened.
    connects = "Connects",
    /// Connections that were given out again.
    reuses = "Reuses",
    /// Pings of connections in doubt.
    pings = "Pings",
    /// Attempts to connect after one that the server had refused or not answered.
    retries = "Retries",
    /// Attempts that the server refused because it had no free slot.
    refusals = "Refusals",
    /// Times that a connection of the process's own had to be waited for.
    waits = "Waits",
    /// Times that no connection could be given out.
    failures = "Failures",
    /// Transactions that were rolled back at the end of an invocation.
    rollbacks = "Rollbacks",
    /// Transactions that were done again because their connection broke and the server undid them.
    replays = "Replays",
    /// Parked sessions of this application that this process has ended.
    evicted = "Evicted",
    /// Closed because the lease was over.
    closed_stale = "ClosedStale",
    /// Closed because the server had closed, or did not answer.
    closed_dead = "ClosedDead",
    /// Closed by the keep rule.
    closed_unkept = "ClosedUnkept",
    /// Closed because the reset failed or took too long.
    closed_broken = "ClosedBroken",
    /// Closed with the pool: at its end, before a snapshot, on SIGTERM.
    closed_with_pool = "ClosedWithPool",
    /// Microseconds that all gets together have taken.
    get_us = "GetMicroseconds",
    /// Microseconds that the work after the answers has taken.
    after_us = "AfterMicroseconds",
}

impl Status {
    /// One line in CloudWatch's embedded metric format, to be printed on standard output: every
    /// number as a count of `namespace`, with the dimension `Pool`. Take [`since`](Self::since)
    /// the last line, as CloudWatch adds up.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>
    #[must_use]
    pub fn emf(&self, namespace: &str, pool: &str) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let metrics = self.metrics();
        let names: Vec<_> = metrics
            .iter()
            .map(|(name, _)| {
                let unit = if name.ends_with("Microseconds") { "Microseconds" } else { "Count" };
                serde_json::json!({"Name": name, "Unit": unit})
            })
            .collect();
        let mut line = serde_json::json!({
            "_aws": {
                "Timestamp": u64::try_from(now.as_millis()).unwrap_or(u64::MAX),
                "CloudWatchMetrics":
                    [{"Namespace": namespace, "Dimensions": [["Pool"]], "Metrics": names}],
            },
            "Pool": pool,
        });
        for (name, value) in metrics {
            line[name] = value.into();
        }
        line.to_string()
    }
}

/// A number that only grows.
#[derive(Debug, Default)]
pub(super) struct Counter(AtomicU64);

impl Counter {
    pub(super) fn add(&self, number: u64) {
        self.0.fetch_add(number, Ordering::Relaxed);
    }

    pub(super) fn one(&self) {
        self.add(1);
    }

    pub(super) fn time(&self, time: Duration) {
        self.add(u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
    }

    fn read(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emf_line_declares_every_number_that_it_carries() {
        let status = Status { connects: 3, get_us: 1500, ..Status::default() };
        let line: serde_json::Value =
            serde_json::from_str(&status.emf("billing", "orders")).unwrap();
        let declared = line["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().unwrap();
        assert_eq!(declared.len(), status.metrics().len());
        for metric in declared {
            assert!(line[metric["Name"].as_str().unwrap()].is_u64(), "{metric}");
        }
        assert_eq!((&line["Connects"], &line["Pool"]), (&3.into(), &"orders".into()));
    }

    #[test]
    fn a_difference_counts_only_what_came_since() {
        let counters = Counters::default();
        counters.connects.one();
        let earlier = counters.read();
        counters.connects.add(2);
        assert_eq!(counters.read().since(&earlier).connects, 2);
    }
}
