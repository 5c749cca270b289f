//! What happened, as one line for people.

use std::process::ExitStatus;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use lambdafy_emulator::{Activity, EndReason, FunctionError};

/// One line, in columns: time, sandbox, what, how long, and the rest.
#[derive(Debug)]
pub(super) struct Line {
    sandbox: Option<u64>,
    what: String,
    style: Style,
    duration: Option<Duration>,
    rest: String,
    /// Whether it is said in quiet mode too.
    pub(super) is_problem: bool,
}

impl Line {
    fn new(sandbox: u64, what: &str, style: Style) -> Self {
        Self {
            sandbox: Some(sandbox),
            what: what.to_owned(),
            style,
            duration: None,
            rest: String::new(),
            is_problem: false,
        }
    }

    fn after(mut self, duration: Duration) -> Self {
        self.duration = Some(duration);
        self
    }

    fn with(mut self, rest: impl Into<String>) -> Self {
        self.rest = rest.into();
        self
    }

    fn problem(mut self) -> Self {
        self.is_problem = true;
        self
    }

    /// The line as it is printed, with colours.
    pub(super) fn at(&self, at: Duration) -> String {
        let sandbox = self.sandbox.map_or_else(|| "-".to_owned(), |number| format!("#{number}"));
        let duration = self.duration.map_or_else(String::new, time);
        let (style, dim) = (self.style, DIM);
        let line = format!(
            "{dim}{:>9.3}{dim:#}  {sandbox:<4} {style}{}{style:#}{:>gap$}  {}",
            at.as_secs_f64(),
            self.what,
            duration,
            self.rest,
            gap = WHAT_AND_DURATION.saturating_sub(self.what.len()),
        );
        line.trim_end().to_owned()
    }
}

/// The width of two columns, of which the first is coloured: the second makes up for it.
const WHAT_AND_DURATION: usize = 20;

const DIM: Style = Style::new().dimmed();

const fn colour(colour: AnsiColor) -> Style {
    colour.on_default()
}

/// The line about what happened; none for what an emulator may add later.
pub(super) fn line(activity: &Activity) -> Option<Line> {
    Some(match activity {
        Activity::Started { sandbox, init_duration } => {
            let style = colour(AnsiColor::Magenta).bold();
            Line::new(*sandbox, "cold start", style).after(*init_duration)
        }
        Activity::StartFailed { sandbox, error } => {
            let style = colour(AnsiColor::Red).bold();
            Line::new(*sandbox, "no start", style).with(plain(&error.to_string())).problem()
        }
        Activity::Answered { sandbox, method, target, status, duration, error } => {
            let mut rest = format!("{method} {}", plain(target));
            if let Some(error) = error {
                rest = format!("{rest}  {}", plain(&reason(error)));
            }
            let answered = Line::new(0, status.as_str(), of_status(status.as_u16()));
            let answered = Line { sandbox: *sandbox, ..answered }.after(*duration).with(rest);
            let is_problem = error.is_some() || status.is_server_error();
            Line { is_problem, ..answered }
        }
        Activity::Invoked { sandbox, request_id, duration, error } => {
            invoked(*sandbox, request_id, error.as_ref()).after(*duration)
        }
        // START, END and REPORT say what the line of the answer says.
        Activity::Printed { line, .. } if line.is_platform => return None,
        Activity::Printed { sandbox, line } => {
            Line::new(*sandbox, "|", DIM).with(printed(&line.text))
        }
        Activity::Discarded { request_id, error, .. } => {
            let rest = format!("event {}  {}", plain(request_id), plain(&reason(error)));
            let line = Line::new(0, "discarded", colour(AnsiColor::Red)).with(rest).problem();
            Line { sandbox: None, ..line }
        }
        Activity::Frozen { sandbox } => Line::new(*sandbox, "frozen", colour(AnsiColor::Blue)),
        Activity::Ended { sandbox, invocations, reason, status, .. } => {
            let plural = if *invocations == 1 { "" } else { "s" };
            let rest = format!("{}, after {invocations} invocation{plural}", how(*reason, *status));
            match reason {
                EndReason::Idle | EndReason::Stopped => {
                    Line::new(*sandbox, "ended", DIM).with(rest)
                }
                _ => Line::new(*sandbox, "ended", colour(AnsiColor::Yellow)).with(rest).problem(),
            }
        }
        Activity::Notice { text } => {
            let line = Line::new(0, "note", colour(AnsiColor::Yellow)).with(plain(text)).problem();
            Line { sandbox: None, ..line }
        }
        // A thaw is seen by the invocation that it is for.
        _ => return None,
    })
}

fn invoked(sandbox: u64, request_id: &str, error: Option<&FunctionError>) -> Line {
    let id = plain(request_id);
    match error {
        None => Line::new(sandbox, "invoked", colour(AnsiColor::Green)).with(id),
        Some(error) => Line::new(sandbox, "failed", colour(AnsiColor::Red))
            .with(format!("{id}  {}", plain(&reason(&error.to_string()))))
            .problem(),
    }
}

/// How a sandbox ended.
pub(super) fn how(reason: EndReason, status: Option<ExitStatus>) -> String {
    let how = match reason {
        EndReason::Exited => {
            return status.map_or("by itself".to_owned(), |status| format!("by itself ({status})"));
        }
        EndReason::Idle => "idle for too long",
        EndReason::TimedOut => "ran out of time",
        EndReason::InitFailed => "did not start",
        EndReason::Asked => "was told to",
        EndReason::Stopped => "serve ends",
        _ => "for another reason",
    };
    how.to_owned()
}

fn of_status(status: u16) -> Style {
    match status {
        0..300 => colour(AnsiColor::Green),
        300..400 => colour(AnsiColor::Cyan),
        400..500 => colour(AnsiColor::Yellow),
        _ => colour(AnsiColor::Red),
    }
}

/// In milliseconds, or seconds from ten on.
pub(super) fn time(duration: Duration) -> String {
    match duration.as_secs_f64() {
        seconds if seconds >= 10.0 => format!("{seconds:.1} s"),
        seconds => format!("{:.1} ms", seconds * 1000.0),
    }
}

/// An error without the request id that the platform puts into it.
pub(super) fn reason(error: &str) -> String {
    let without = error.split_once("RequestId: ").and_then(|(kind, rest)| {
        let (id, what) = rest.split_once(" Error: ")?;
        (!id.contains(' ')).then(|| format!("{kind}{what}"))
    });
    without.unwrap_or_else(|| error.to_owned())
}

/// Without escape sequences and control characters: what others have written must not steer the
/// terminal.
fn plain(text: &str) -> String {
    let text = anstream::adapter::strip_str(text).to_string();
    text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect()
}

/// A line of the function's own, which may have colours and nothing else.
fn printed(text: &str) -> String {
    let mut pieces = text.split('\x1b');
    let mut printed = pieces.next().map(plain).unwrap_or_default();
    for piece in pieces {
        match colours(piece) {
            Some((sequence, rest)) => {
                printed.push('\x1b');
                printed.push_str(sequence);
                printed.push_str(&plain(rest));
            }
            // The whole of another sequence goes.
            None => printed.push_str(&plain(&format!("\x1b{piece}"))),
        }
    }
    if printed.contains('\x1b') {
        printed.push_str("\x1b[0m");
    }
    printed
}

/// Splits `[1;32mtext` behind the `m`.
fn colours(piece: &str) -> Option<(&str, &str)> {
    let digits = piece.strip_prefix('[')?;
    let end = digits.find(|char: char| !char.is_ascii_digit() && char != ';')?;
    digits[end..].starts_with('m').then(|| piece.split_at(end + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stay_in_line() {
        let cold = Line::new(1, "cold start", DIM).after(Duration::from_micros(11_234));
        let warm = Line::new(12, "200", DIM).after(Duration::from_secs(2)).with("GET /a");
        let at = Duration::from_millis(1_500);
        let text = |line: Line| anstream::adapter::strip_str(&line.at(at)).to_string();
        assert_eq!(text(cold), "    1.500  #1   cold start   11.2 ms");
        assert_eq!(text(warm), "    1.500  #12  200        2000.0 ms  GET /a");
    }

    #[test]
    fn the_request_id_is_left_out_of_a_reason() {
        let error = "Runtime.ExitError: RequestId: 8476a536 Error: Runtime exited";
        assert_eq!(reason(error), "Runtime.ExitError: Runtime exited");
        assert_eq!(
            reason("Boom: RequestId: is missing Error: x"),
            "Boom: RequestId: is missing Error: x"
        );
    }

    #[test]
    fn what_others_write_does_not_steer_the_terminal() {
        assert_eq!(plain("/a\x1b[2J\x1b]0;title\x07\u{9b}b\rc"), "/a b c");
        assert_eq!(printed("a\x1b[32mgreen\x1b[0m"), "a\x1b[32mgreen\x1b[0m\x1b[0m");
        assert_eq!(printed("a\x1b[2Jb\x1b[10;1Hc\td"), "abc d");
    }
}
