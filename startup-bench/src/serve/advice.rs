//! What to do about an app that does not start.

use lambdafy_emulator::Activity;

/// Gives each piece of advice once.
#[derive(Debug, Default)]
pub(super) struct Advice {
    given: Vec<&'static str>,
}

const NO_RUNTIME: &str = "
  The app ended before it asked Lambda's Runtime API for an event. An app of yours becomes a
  function by `lambdafy::run(...)` in its main; a web server that can't be changed runs behind Lambda
  Web Adapter: --extension PATH. What the app printed stands above.";

const NEVER_ASKED: &str = "
  The app runs, but did not ask Lambda's Runtime API for an event in time. If it is a web server,
  wrap its router by `lambdafy::run(...)`, or put Lambda Web Adapter before it: --extension PATH. If its
  start is only slow: Lambda allows 10 seconds too.";

const WRONG_FORMAT: &str = "
  The app is no program for this machine: it was built for another architecture or system, or it is
  a script whose first line does not begin with `#!`.";

const NO_INTERPRETER: &str = "
  The file is there, but what it needs to run is not: the program that a script's `#!` line names, or
  the loader of a binary that was built for another system.";

impl Advice {
    /// What to do after what happened, unless it was said before.
    pub(super) fn after(&mut self, activity: &Activity) -> Option<&'static str> {
        let Activity::StartFailed { error, .. } = activity else {
            return None;
        };
        let advice = for_failed_start(error.error_type(), error.message())?;
        if self.given.contains(&advice) {
            return None;
        }
        self.given.push(advice);
        Some(advice)
    }
}

fn for_failed_start(error_type: &str, message: &str) -> Option<&'static str> {
    let says = |text| message.contains(text);
    Some(match error_type {
        // A crash is no want of a runtime, and neither is Ctrl-C while it starts.
        "Runtime.ExitError" if !says("signal: ") => NO_RUNTIME,
        "Sandbox.Timedout" => NEVER_ASKED,
        "Runtime.InvalidEntrypoint" if says("Exec format error") => WRONG_FORMAT,
        "Runtime.InvalidEntrypoint" if says("No such file") => NO_INTERPRETER,
        _ => return None,
    })
}

/// What to do about an app that listens on a port instead of asking for events.
pub(super) fn for_web_server(sandbox: u64, port: u16) -> String {
    format!(
        "\n  Sandbox {sandbox} listens on port {port} and has not asked Lambda's Runtime API for an \
         event: it is a web\n  server. Wrap its router by `lambdafy::run(...)`, or put Lambda Web \
         Adapter before it:\n  --extension path/to/lambda-adapter --env AWS_LWA_PORT={port}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_that_was_killed_while_it_started_does_not_want_a_runtime() {
        let advice = |how: &str| {
            let message = format!("Runtime exited with error: {how}");
            for_failed_start("Runtime.ExitError", &message)
        };
        assert_eq!(advice("exit status 1"), Some(NO_RUNTIME));
        assert_eq!(advice("signal: interrupt"), None);
        assert_eq!(advice("signal: segmentation fault"), None);
    }

    #[test]
    fn every_line_of_an_advice_stands_below_the_first() {
        for advice in [NO_RUNTIME, NEVER_ASKED, WRONG_FORMAT, NO_INTERPRETER] {
            assert!(advice.lines().skip(1).all(|line| line.starts_with("  ")), "{advice}");
        }
    }
}
