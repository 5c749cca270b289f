//! The report for programs. Its fields are a promise: docs/cold-start.md has them.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use super::super::clock::{self, Nanos, Usage};
use super::super::record::{Kind, Moment, Outcome, Request, Step};
use super::writer::Writer;
use super::{Report, us};

/// Changes when a field changes its meaning or goes; new fields may come.
const SCHEMA: &str = "lambdafy-startup/1";

pub(super) fn render(report: &Report<'_>) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.object(|out| {
        out.text("schema", SCHEMA);
        process(out, report);
        phases(out, report);
        let steps = report.profile.steps.iter().enumerate();
        out.list("steps", steps, |out, (id, it)| step(out, report, id, it));
        out.number("steps_dropped", report.profile.steps_dropped as u64);
        let requests = report.profile.requests.iter().enumerate();
        out.list("requests", requests, |out, (place, it)| request(out, report, place, it));
        #[cfg(feature = "startup-report")]
        analysis(out, report);
    });
    writer.finish()
}

#[inline(never)]
fn process(out: &mut Writer, report: &Report<'_>) {
    let program = std::env::args_os().next().unwrap_or_default();
    let program = Path::new(&program).file_name().unwrap_or_default();
    out.text("program", &program.to_string_lossy());
    out.number("pid", u64::from(std::process::id()));
    out.optional("memory_mb", crate::runtime::env::memory_mb());
    out.boolean("failed", report.profile.failed);
    // The monotonic clock's time of exec, told in the world's: for the platform's own log lines.
    let ago = clock::now().saturating_sub(report.start.at);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = u64::try_from(now.as_micros()).unwrap_or_default();
    out.number("exec_unix_us", now.saturating_sub(us(ago)));
    out.text("exec_known_from", if report.start.is_told { "parent" } else { "cpu time" });
}

#[inline(never)]
fn phases(out: &mut Writer, report: &Report<'_>) {
    let profile = report.profile;
    out.object_at("before_main", |out| {
        out.number("wall_us", report.at(profile.main().at));
        out.number("error_us", us(report.start.error));
        usage(out, profile.main().usage);
    });
    out.object_at("marks", |out| {
        for moment in Moment::ALL {
            out.optional(mark(moment), profile.mark(moment).map(|mark| report.at(mark.at)));
        }
    });
    match profile.init_end() {
        Some(end) => out.object_at("init", |out| {
            out.number("wall_us", report.at(end.at));
            usage(out, end.usage);
        }),
        None => out.optional("init", None),
    }
    let first = profile.requests.first().and_then(|first| Some((first, first.end?)));
    out.optional("first_response_us", first.map(|(first, end)| us(end.at - first.begin.at)));
    let total = first.zip(profile.init_end());
    out.optional(
        "total_us",
        total.map(|((first, end), init)| report.at(init.at) + us(end.at - first.begin.at)),
    );
}

#[inline(never)]
fn step(out: &mut Writer, report: &Report<'_>, id: usize, step: &Step) {
    out.object(|out| {
        out.number("id", id as u64);
        out.text("name", &step.name.to_string());
        out.text("kind", kind(step.kind));
        out.text("outcome", outcome(step.outcome));
        out.optional("parent", step.parent.map(|id| id as u64));
        out.boolean("planned", step.is_planned);
        out.list("after", &step.after, |out, id| out.integer(*id as u64));
        out.optional("request", step.request.map(|request| request as u64));
        out.number("at_us", report.at(step.begin));
        out.optional("wall_us", (step.end != 0).then(|| us(step.wall())));
        out.number("busy_us", us(step.busy));
        out.number("polls", step.polls);
        out.number("longest_poll_us", us(step.longest_poll.1));
        match step.usage {
            Some(counted) => usage(out, counted),
            None => out.optional("cpu_us", None),
        }
        out.number("blocked_us", us(step.blocked()));
        out.list("gaps", &step.gaps, |out, (at, length)| {
            out.object(|out| {
                out.number("at_us", report.at(*at));
                out.number("us", us(*length));
            });
        });
        out.boolean("watched", step.is_watched);
        out.optional("first_used_by", step.first_use.map(|request| request as u64));
    });
}

#[inline(never)]
fn request(out: &mut Writer, report: &Report<'_>, place: usize, request: &Request) {
    out.object(|out| {
        out.number("number", place as u64 + 1);
        out.number("at_us", report.at(request.begin.at));
        out.boolean("failed", request.failed);
        let Some(end) = request.end else { return out.optional("wall_us", None) };
        out.number("wall_us", us(end.at - request.begin.at));
        usage(out, end.usage - request.begin.usage);
    });
}

#[cfg(feature = "startup-report")]
fn analysis(out: &mut Writer, report: &Report<'_>) {
    let analysis = &report.analysis;
    out.optional("relocations", analysis.program.map(|program| program.relocations));
    out.optional("libraries", analysis.program.map(|program| program.libraries));
    out.list("critical_path", &analysis.path.0, |out, segment| {
        out.object(|out| {
            out.optional("step", segment.step.map(|id| id as u64));
            out.number("at_us", report.at(segment.begin));
            out.number("wall_us", us(segment.wall()));
            out.number("cpu_us", us(segment.cpu));
        });
    });
    out.list("findings", &analysis.findings, |out, finding| {
        out.object(|out| {
            out.text("kind", finding.kind);
            out.list("steps", &finding.steps, |out, id| out.integer(*id as u64));
            out.number("saves_us", us(finding.saves));
            out.text("text", &finding.text);
            out.text("cure", finding.cure);
        });
    });
    out.list("what_if", &analysis.what_if, |out, estimate| {
        out.object(|out| {
            out.number("memory_mb", estimate.memory_mb);
            out.number("init_throttled_us", us(estimate.init_throttled));
            out.optional("first_response_us", estimate.first_response.map(us));
            out.optional("total_us", estimate.total.map(us));
        });
    });
}

#[inline(never)]
fn usage(out: &mut Writer, usage: Usage) {
    out.number("cpu_us", us(usage.cpu));
    out.number("minor_faults", usage.minor_faults);
    out.number("major_faults", usage.major_faults);
    out.number("voluntary_switches", usage.voluntary_switches);
    out.number("involuntary_switches", usage.involuntary_switches);
}

fn mark(moment: Moment) -> &'static str {
    match moment {
        Moment::Main => "main_us",
        Moment::Runtime => "runtime_us",
        Moment::App => "app_us",
        Moment::Snapshot => "snapshot_us",
        Moment::Restored => "restored_us",
        Moment::Next => "next_us",
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Phase => "phase",
        Kind::Sync => "sync",
        Kind::Async => "async",
        Kind::Blocking => "blocking",
        Kind::Lazy => "lazy",
        Kind::Check => "check",
        #[cfg(feature = "startup-tracing")]
        Kind::Span => "span",
    }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Running => "running",
        Outcome::Done => "done",
        Outcome::Failed => "failed",
        Outcome::Abandoned => "abandoned",
    }
}

impl Report<'_> {
    /// Microseconds since the process was made.
    pub(super) fn at(&self, time: Nanos) -> u64 {
        us(time.saturating_sub(self.start.at))
    }
}
