//! What can be measured: names, units, and what a budget may hold it to.

/// One kind of figure. Less is better for all of them but the number of invocations and
/// the requests a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Metric {
    Instructions,
    Allocations,
    PeakHeapBytes,
    TimeNs,
    CpuUs,
    Connections,
    VoluntarySwitches,
    RssKb,
    NextMs,
    FirstResponseMs,
    MinorFaults,
    MajorFaults,
    BinaryBytes,
    RestoreMs,
    DurationMs,
    BilledMs,
    MaxMemoryMb,
    Invocations,
    Failed,
    P50Us,
    P95Us,
    AfterUs,
    Connects,
    Sessions,
    Zombies,
    Lost,
    Doubled,
    Unacknowledged,
    Queries,
    RequestsPerS,
}

/// What a figure of this kind depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The machine and its load: only ratios of one run say something.
    Time,
    /// The program: the same on every machine of the kind, but for a few in a hundred.
    Count,
    /// The program's file: the same whenever it is built from the same.
    Bytes,
    /// Chance in what order threads run: for people to look at only.
    Chance,
}

use Kind::{Bytes, Chance, Count, Time};

impl Metric {
    const ALL: [Self; 30] = [
        Self::Instructions,
        Self::Allocations,
        Self::PeakHeapBytes,
        Self::TimeNs,
        Self::CpuUs,
        Self::Connections,
        Self::VoluntarySwitches,
        Self::RssKb,
        Self::NextMs,
        Self::FirstResponseMs,
        Self::MinorFaults,
        Self::MajorFaults,
        Self::BinaryBytes,
        Self::RestoreMs,
        Self::DurationMs,
        Self::BilledMs,
        Self::MaxMemoryMb,
        Self::Invocations,
        Self::Failed,
        Self::P50Us,
        Self::P95Us,
        Self::AfterUs,
        Self::Connects,
        Self::Sessions,
        Self::Zombies,
        Self::Lost,
        Self::Doubled,
        Self::Unacknowledged,
        Self::Queries,
        Self::RequestsPerS,
    ];

    /// Name in files, unit, kind, and the words of a table's heading.
    const fn facts(self) -> (&'static str, &'static str, Kind, &'static str) {
        match self {
            Self::Instructions => ("instructions", "count", Count, "instructions"),
            Self::Allocations => ("allocations", "count", Count, "allocations"),
            Self::PeakHeapBytes => ("peak_heap_bytes", "bytes", Count, "peak heap bytes"),
            Self::TimeNs => ("time_ns", "ns", Time, "time ns"),
            Self::CpuUs => ("cpu_us", "us", Time, "CPU us"),
            Self::Connections => ("connections", "count", Count, "connections"),
            Self::VoluntarySwitches => ("voluntary_switches", "count", Chance, "switches"),
            Self::RssKb => ("rss_kb", "kB", Count, "peak RSS kB"),
            Self::NextMs => ("next_ms", "ms", Time, "next ms"),
            Self::FirstResponseMs => ("first_response_ms", "ms", Time, "first response ms"),
            Self::MinorFaults => ("minor_faults", "count", Count, "minor faults"),
            Self::MajorFaults => ("major_faults", "count", Chance, "major faults"),
            Self::BinaryBytes => ("binary_bytes", "bytes", Bytes, "binary bytes"),
            Self::RestoreMs => ("restore_ms", "ms", Time, "restore ms"),
            Self::DurationMs => ("duration_ms", "ms", Time, "duration ms"),
            Self::BilledMs => ("billed_ms", "ms", Time, "billed ms"),
            Self::MaxMemoryMb => ("max_memory_mb", "MB", Count, "max memory MB"),
            Self::Invocations => ("invocations", "count", Chance, "invocations"),
            Self::Failed => ("failed", "count", Count, "failed"),
            Self::P50Us => ("p50_us", "us", Time, "p50 us"),
            Self::P95Us => ("p95_us", "us", Time, "p95 us"),
            Self::AfterUs => ("after_us", "us", Time, "after us"),
            Self::Connects => ("connects", "count", Chance, "connects"),
            Self::Sessions => ("sessions", "count", Chance, "most sessions"),
            Self::Zombies => ("zombies", "count", Chance, "most zombies"),
            Self::Lost => ("lost", "count", Count, "rows lost"),
            Self::Doubled => ("doubled", "count", Count, "rows doubled"),
            Self::Unacknowledged => ("unacknowledged", "count", Chance, "rows of failed"),
            Self::Queries => ("queries", "count", Count, "queries"),
            // More is better: no budget holds it.
            Self::RequestsPerS => ("requests_per_s", "1/s", Chance, "requests/s"),
        }
    }

    /// As in JSON and budgets.
    pub(crate) const fn name(self) -> &'static str {
        self.facts().0
    }

    pub(crate) const fn unit(self) -> &'static str {
        self.facts().1
    }

    pub(crate) const fn kind(self) -> Kind {
        self.facts().2
    }

    /// For people.
    pub(crate) const fn heading(self) -> &'static str {
        self.facts().3
    }

    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.name() == name)
    }

    /// Of several runs people are told the worst: a median would hide that one of them lost a row.
    pub(crate) const fn is_told_at_worst(self) -> bool {
        matches!(self, Self::Failed | Self::Lost | Self::Doubled)
    }

    /// All names, for a message.
    pub(crate) fn names() -> String {
        Self::ALL.map(Self::name).join(", ")
    }
}
