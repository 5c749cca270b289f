//! What happened, as a line for people or programs.

use std::time::Duration;

use lambdafy_deploy::twin::Happened;
use lambdafy_emulator::Activity;
use serde_json::json;

use crate::terminal::{dim, green, plain, red, yellow};

/// One thing that happened: what, how long it took, and the rest.
struct Line {
    event: &'static str,
    sandbox: Option<u64>,
    what: String,
    duration: Option<Duration>,
    rest: String,
    is_problem: bool,
}

/// Says it on standard output.
pub(super) fn print(is_json: bool, at: Duration, happened: &Happened) {
    let Some(line) = Line::of(happened) else {
        return;
    };
    if is_json {
        anstream::println!("{}", line.json(at));
    } else {
        anstream::println!("{}", line.text(at));
    }
}

impl Line {
    fn new(event: &'static str, what: impl Into<String>, rest: impl Into<String>) -> Self {
        let (what, rest) = (what.into(), rest.into());
        Self { event, sandbox: None, what, duration: None, rest, is_problem: false }
    }

    fn of(happened: &Happened) -> Option<Self> {
        match happened {
            Happened::Emulator(activity) => Self::of_activity(activity),
            Happened::Source { text, is_problem } => {
                Some(Self::new("source", "event", plain(text)).problem(*is_problem))
            }
            _ => None,
        }
    }

    fn of_activity(activity: &Activity) -> Option<Self> {
        Some(match activity {
            Activity::Started { sandbox, init_duration } => {
                Self::new("cold_start", "cold start", "").by(*sandbox).after(*init_duration)
            }
            Activity::StartFailed { sandbox, error } => {
                let rest = plain(&error.to_string());
                Self::new("start_failed", "no start", rest).by(*sandbox).problem(true)
            }
            Activity::Answered { sandbox, method, target, status, duration, error } => {
                let error = error.as_ref().map_or(String::new(), |error| format!("  {error}"));
                let rest = plain(&format!("{method} {target}{error}"));
                let line = Self::new("request", status.as_str(), rest).after(*duration);
                Self { sandbox: *sandbox, ..line }.problem(status.is_server_error())
            }
            Activity::Invoked { sandbox, duration, error, .. } => {
                let what = if error.is_none() { "invoked" } else { "failed" };
                let rest = error.as_ref().map_or(String::new(), |error| plain(&error.to_string()));
                let line = Self::new("invocation", what, rest).by(*sandbox).after(*duration);
                line.problem(error.is_some())
            }
            Activity::Discarded { error, .. } => {
                Self::new("discarded", "discarded", plain(error)).problem(true)
            }
            Activity::Printed { line, .. } if line.is_platform => return None,
            Activity::Printed { sandbox, line } => {
                Self::new("log", "|", plain(&line.text)).by(*sandbox)
            }
            Activity::Notice { text } => Self::new("notice", "note", plain(text)).problem(true),
            _ => return None,
        })
    }

    fn by(self, sandbox: u64) -> Self {
        Self { sandbox: Some(sandbox), ..self }
    }

    fn after(self, duration: Duration) -> Self {
        Self { duration: Some(duration), ..self }
    }

    fn problem(self, is_problem: bool) -> Self {
        Self { is_problem, ..self }
    }

    fn text(&self, at: Duration) -> String {
        let what = format!("{:<10}", self.what);
        let what = match self.event {
            _ if self.is_problem => red(what),
            "log" => dim(what),
            "source" | "cold_start" => yellow(what),
            _ => green(what),
        };
        let sandbox = self.sandbox.map_or(String::new(), |sandbox| format!("#{sandbox}"));
        let duration = self
            .duration
            .map_or(String::new(), |duration| format!("{:.1} ms", duration.as_secs_f64() * 1000.0));
        let line =
            format!("{:>9.3}  {sandbox:<4} {what} {duration:>10}  {}", at.as_secs_f64(), self.rest);
        line.trim_end().to_owned()
    }

    fn json(&self, at: Duration) -> serde_json::Value {
        let ms = |duration: Duration| duration.as_secs_f64() * 1000.0;
        json!({
            "event": self.event,
            "at_ms": ms(at),
            "sandbox": self.sandbox,
            "what": self.what,
            "duration_ms": self.duration.map(ms),
            "text": self.rest,
            "is_problem": self.is_problem,
        })
    }
}
