//! What `serve` prints: one line for each thing that happens.

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use lambdafy_emulator::Activity;

/// Prints to standard output, with the time since it was made.
#[derive(Debug)]
pub(super) struct Show {
    started: Instant,
}

impl Show {
    pub(super) fn new() -> Self {
        Self { started: Instant::now() }
    }

    /// Says where to look.
    pub(super) fn welcome(&self, app: &str, source: &str, url: &str) {
        print(&format!(
            "\n{app} runs on an emulated AWS Lambda, behind {source}:\n\n    {url}/\n\n\
             Open it in a browser, or try:\n\n    curl -i {url}/\n    \
             curl -s -o /dev/null -w '%{{http_code}} in %{{time_total}} s\\n' {url}/\n\n\
             The first request starts a sandbox. Ctrl-C ends all.\n"
        ));
    }

    pub(super) fn goodbye(&self) {
        self.at("all sandboxes have ended");
    }

    /// One line about what happened.
    pub(super) fn line(&self, activity: &Activity) {
        match activity {
            Activity::Started { sandbox, init_duration } => {
                self.of(*sandbox, format!("cold start {}", time(*init_duration)));
            }
            Activity::StartFailed { sandbox, error } => {
                self.of(*sandbox, format!("did not start: {error}"));
            }
            Activity::Answered { sandbox, method, target, status, duration, error } => {
                let code = status.as_u16();
                let error = error.as_ref().map_or_else(String::new, |why| format!("  {why}"));
                let line = format!("{code} {method} {target}  {}{error}", time(*duration));
                match sandbox {
                    Some(sandbox) => self.of(*sandbox, line),
                    None => self.at(&format!("front door  {line}")),
                }
            }
            Activity::Invoked { sandbox, request_id, duration, error } => {
                let error = error.as_ref().map_or_else(String::new, |why| format!("  {why}"));
                self.of(*sandbox, format!("invoked {request_id}  {}{error}", time(*duration)));
            }
            Activity::Printed { sandbox, line } => self.of(*sandbox, format!("| {}", line.text)),
            Activity::Ended { sandbox, invocations, status, .. } => {
                let plural = if *invocations == 1 { "" } else { "s" };
                let how = how(*status);
                self.of(*sandbox, format!("ended{how} after {invocations} invocation{plural}"));
            }
            // Kinds that a later emulator may add.
            Activity::Discarded { request_id, error, .. } => {
                self.at(&format!("discarded {request_id}  {error}"));
            }
            _ => {}
        }
    }

    fn of(&self, sandbox: u64, what: impl Display) {
        self.at(&format!("sandbox {sandbox:<3} {what}"));
    }

    fn at(&self, what: &str) {
        print(&format!("{:>9.3} s  {what}", self.started.elapsed().as_secs_f64()));
    }
}

/// How a process ended that was not told to.
fn how(status: Option<ExitStatus>) -> String {
    status.map_or_else(String::new, |status| format!(" by itself ({status})"))
}

fn time(duration: Duration) -> String {
    match duration.as_secs_f64() {
        seconds if seconds >= 1.0 => format!("{seconds:.2} s"),
        seconds => format!("{:.1} ms", seconds * 1000.0),
    }
}

/// A reader that has gone, such as `head`, is no reason to end.
fn print(line: &str) {
    let mut out = io::stdout().lock();
    drop(writeln!(out, "{line}").and_then(|()| out.flush()));
}
