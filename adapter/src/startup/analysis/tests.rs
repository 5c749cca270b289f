//! The analysis on records of known starts.

use super::super::clock::{Nanos, Usage};
use super::super::record::{Kind, Mark, Moment, Name, Outcome, Profile, Request, Step};
use super::super::report::Start;
use super::{CriticalPath, Story, find, what_if};

const MS: Nanos = 1_000_000;
/// When the processes of these tests are made.
const EXEC: Nanos = 1_000 * MS;

/// A start in the making.
struct Made(Profile);

impl Made {
    /// Before `main` all time is CPU time.
    fn new(before_main: Nanos) -> Self {
        let mut made = Self(Profile::default());
        made.mark(Moment::Main, before_main, before_main, 0);
        made
    }

    fn mark(&mut self, moment: Moment, at: Nanos, cpu: Nanos, major_faults: u64) {
        let usage = Usage { cpu, major_faults, ..Usage::default() };
        self.0.set_mark(moment, Mark { at: EXEC + at, usage });
    }

    fn step(&mut self, name: &'static str, begin: Nanos, wall: Nanos, cpu: Nanos) -> usize {
        let mut step = Step::new(Name::Text(name), Kind::Async, EXEC + begin);
        (step.end, step.busy, step.outcome) = (EXEC + begin + wall, cpu, Outcome::Done);
        step.is_planned = true;
        self.0.add(step).unwrap()
    }

    fn request(&mut self, begin: Nanos, wall: Nanos, cpu: Nanos) {
        let at = |at, cpu| Mark { at: EXEC + at, usage: Usage { cpu, ..Usage::default() } };
        let end = Some(at(begin + wall, cpu));
        self.0.requests.push(Request { begin: at(begin, 0), end, failed: false });
    }

    fn story(&self) -> Story<'_> {
        let start = Start { at: EXEC, error: 0, is_told: true };
        Story { profile: &self.0, start, memory_mb: 512 }
    }
}

/// INIT of the heavy app as most people write it, measured at full CPU and at three memory sizes
/// (facts/cold-start.md).
#[test]
fn other_memory_sizes_are_predicted_within_15_percent_of_what_was_measured() {
    let steps: [(&str, f64, f64); 13] = [
        ("runtime", 0.7, 0.6),
        ("regexes", 44.5, 44.4),
        ("templates", 0.6, 0.6),
        ("syntect", 0.9, 0.9),
        ("images", 3.2, 3.2),
        ("clients", 2.0, 2.1),
        ("first object", 27.5, 22.4),
        ("keys", 7.7, 0.7),
        ("database", 98.0, 1.6),
        ("migrations", 17.7, 0.5),
        ("queries", 118.0, 2.1),
        ("router", 0.4, 0.4),
        ("rest", 13.9, 1.9),
    ];
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "milliseconds")]
    let nanos = |ms: f64| (ms * 1e6) as Nanos;
    let mut made = Made::new(nanos(2.9));
    let (mut at, mut cpu) = (nanos(2.9), nanos(3.6));
    for (name, wall, computed) in steps {
        made.step(name, at, nanos(wall), nanos(computed));
        at += nanos(wall);
        cpu += nanos(computed);
    }
    made.mark(Moment::Next, at, cpu, 0);
    assert_eq!((at / MS, cpu / MS), (338, 85), "the measured sums");
    let story = made.story();
    let estimates = what_if(&story, &CriticalPath::of(&story));
    for (memory_mb, measured_ms) in [(1769, 338), (1024, 381), (512, 531), (128, 1450)] {
        let estimate = estimates.iter().find(|estimate| estimate.memory_mb == memory_mb).unwrap();
        let (estimate, measured) = (estimate.init_throttled, measured_ms * MS);
        assert!(
            estimate.abs_diff(measured) * 100 <= measured * 15,
            "{memory_mb} MB: {} ms, measured {measured_ms}",
            estimate / MS
        );
    }
}

#[test]
fn work_on_several_threads_is_not_faster_than_a_share_of_a_cpu() {
    let mut made = Made::new(MS);
    // Two threads at once, so INIT is half of the CPU time.
    made.step("one", MS, 20 * MS, 20 * MS);
    made.step("other", MS, 20 * MS, 20 * MS);
    made.mark(Moment::Next, 21 * MS, 41 * MS, 0);
    made.request(30 * MS, 10 * MS, 5 * MS);
    let story = made.story();
    let estimates = what_if(&story, &CriticalPath::of(&story));
    let whole = estimates.last().unwrap();
    assert_eq!((whole.memory_mb, whole.init_throttled), (1769, 41 * MS));
    assert_eq!((whole.first_response, whole.total), (Some(10 * MS), Some(31 * MS)));
    // 5 ms of waiting, and 5 ms of CPU time at 512 / 1769 of one.
    assert_eq!(estimates[2].first_response.unwrap() / MS, 5 + 17);
}

#[test]
fn the_critical_path_is_what_the_end_waited_for() {
    let mut made = Made::new(2 * MS);
    let config = made.step("config", 2 * MS, 10 * MS, 0);
    let short = made.step("templates", 2 * MS, 15 * MS, 15 * MS);
    let long = made.step("database", 13 * MS, 40 * MS, MS);
    made.mark(Moment::Next, 55 * MS, 20 * MS, 0);
    let story = made.story();
    let path = CriticalPath::of(&story);
    assert!(path.has(config) && path.has(long) && !path.has(short), "{path:?}");
    assert_eq!(
        path.0.iter().map(super::critical_path::Segment::wall).sum::<Nanos>(),
        53 * MS,
        "without holes"
    );
    assert_eq!(path.0.len(), 4);
    // What no step has computed was computed between them.
    assert_eq!(path.0.iter().map(|segment| segment.cpu).sum::<Nanos>(), MS + 2 * MS);
}

#[test]
fn pages_from_disk_are_a_finding_with_the_time_that_was_waited_for_them() {
    let mut made = Made::new(2 * MS);
    made.0.marks[0] = Some(Mark {
        at: EXEC + 40 * MS,
        usage: Usage { cpu: 4 * MS, major_faults: 90, ..Usage::default() },
    });
    made.mark(Moment::Next, 50 * MS, 10 * MS, 100);
    let story = made.story();
    let findings = find(&story, &CriticalPath::of(&story));
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!((findings[0].kind, findings[0].saves), ("major_faults", 36 * MS));
    assert_eq!(
        findings[0].text,
        "100 pages were read from disk (90 before main), with 36 ms of waiting"
    );
}
