//! What has happened since the start, as far as it is kept.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lambdafy_emulator::Activity;

use super::line::{how, reason};
use super::recent::Recent;

/// Of how many starts and invocations the durations are kept.
const DURATIONS: usize = 10_000;

/// How many invocations, lines of the log and ended sandboxes are kept.
const INVOCATIONS: usize = 100;
const LOG_LINES: usize = 300;
const ENDED: usize = 24;
const NOTICES: usize = 8;

/// How much of a path or a line is kept, in characters.
const MAX_TEXT: usize = 1_000;

/// Filled by the emulator's activities, read by the status page and the summary.
#[derive(Debug)]
pub(super) struct History {
    started: Instant,
    kept: Mutex<Kept>,
}

#[derive(Debug)]
pub(super) struct Kept {
    pub(super) cold_starts: Recent<Duration>,
    pub(super) failed_starts: u64,
    pub(super) durations: Recent<Duration>,
    pub(super) errors: u64,
    pub(super) invocations: Recent<Answer>,
    pub(super) log: Recent<Line>,
    pub(super) ended: Recent<Ended>,
    /// What whoever runs this should know.
    pub(super) notices: Recent<String>,
}

/// A request or an invocation that is over.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) at: Duration,
    pub(super) sandbox: Option<u64>,
    /// The method; none if the invocation did not come through the front door.
    pub(super) method: Option<String>,
    /// The path and query, or the request id.
    pub(super) target: String,
    pub(super) status: Option<u16>,
    pub(super) duration: Duration,
    pub(super) error: Option<String>,
}

/// A line that a sandbox printed.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) at: Duration,
    pub(super) sandbox: u64,
    pub(super) text: String,
    pub(super) is_error: bool,
}

/// A sandbox that is gone.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) at: Duration,
    pub(super) sandbox: u64,
    pub(super) invocations: u64,
    pub(super) how: String,
}

impl History {
    pub(super) fn new(started: Instant) -> Self {
        let kept = Kept {
            cold_starts: Recent::new(DURATIONS),
            failed_starts: 0,
            durations: Recent::new(DURATIONS),
            errors: 0,
            invocations: Recent::new(INVOCATIONS),
            log: Recent::new(LOG_LINES),
            ended: Recent::new(ENDED),
            notices: Recent::new(NOTICES),
        };
        Self { started, kept: Mutex::new(kept) }
    }

    /// The time since the start.
    pub(super) fn now(&self) -> Duration {
        self.started.elapsed()
    }

    /// How long after the start that was.
    pub(super) fn since_start(&self, moment: Instant) -> Duration {
        moment.saturating_duration_since(self.started)
    }

    pub(super) fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what happened just now.
    pub(super) fn add(&self, activity: &Activity) {
        let at = self.now();
        let mut kept = self.kept();
        match activity {
            Activity::Started { init_duration, .. } => kept.cold_starts.push(*init_duration),
            Activity::StartFailed { .. } => kept.failed_starts += 1,
            Activity::Answered { sandbox, method, target, status, duration, error } => {
                kept.answer(Answer {
                    at,
                    sandbox: *sandbox,
                    method: Some(cut(method.as_str())),
                    target: cut(target),
                    status: Some(status.as_u16()),
                    duration: *duration,
                    error: error.as_deref().map(|error| cut(&reason(error))),
                });
            }
            Activity::Invoked { sandbox, request_id, duration, error } => kept.answer(Answer {
                at,
                sandbox: Some(*sandbox),
                method: None,
                target: cut(request_id),
                status: None,
                duration: *duration,
                error: error.as_ref().map(|error| cut(&reason(&error.to_string()))),
            }),
            // The invocations are kept as such.
            Activity::Printed { line, .. } if line.is_platform => {}
            Activity::Printed { sandbox, line } => kept.log.push(Line {
                at,
                sandbox: *sandbox,
                text: cut(&anstream::adapter::strip_str(&line.text).to_string()),
                is_error: line.is_error,
            }),
            Activity::Ended { sandbox, invocations, reason, status, .. } => {
                kept.ended.push(Ended {
                    at,
                    sandbox: *sandbox,
                    invocations: *invocations,
                    how: how(*reason, *status),
                })
            }
            Activity::Notice { text } => kept.notices.push(cut(text)),
            // Kinds that a later emulator may add.
            _ => {}
        }
    }
}

impl Kept {
    fn answer(&mut self, answer: Answer) {
        self.errors += u64::from(answer.is_error());
        self.durations.push(answer.duration);
        self.invocations.push(answer);
    }
}

impl Answer {
    /// Whether the function or the platform failed; a page that is not there is no such error.
    pub(super) fn is_error(&self) -> bool {
        self.error.is_some() || self.status.is_some_and(|status| status >= 500)
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MAX_TEXT) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}
