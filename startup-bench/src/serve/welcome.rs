//! What is said at the beginning and at the end.

use lambdafy_emulator::{Emulator, Feature};
use serde_json::{Value, json};

use super::history::History;
use super::json::percentiles;
use super::line::time;
use super::options::Options;
use super::printer::Voice;
use super::recent::Recent;
use crate::program::Program;

/// The app and its settings, for programs and the status page.
pub(super) fn function(options: &Options, program: &Program) -> Value {
    json!({
        "name": program.name,
        "program": program.path.display().to_string(),
        "source": options.source.title(),
        "memory_mb": options.memory,
        "max_sandboxes": options.max_sandboxes,
    })
}

/// Says where to look.
pub(super) fn say(options: &Options, program: &Program, emulator: &Emulator, voice: &Voice) {
    let stage = options.stage.as_ref().map_or_else(String::new, |stage| format!("/{stage}"));
    let app = format!("{}{stage}/", emulator.url());
    let status = options.status_path().map(|path| format!("{}{path}", emulator.url()));
    let mut places = format!("    {app:<38}  the app");
    if let Some(status) = &status {
        places += &format!(
            "\n    {status:<38}  status page, in place of any route of the app's there\n    \
             {:<38}  (--status-path moves it, --no-status leaves it out)",
            ""
        );
    }
    let api = emulator.api_url();
    places += &format!(
        "\n    {api:<38}  Lambda's Invoke API, the function is {}",
        program.function_name()
    );
    // Where there can be none, the notice above says what is done instead.
    let has_network = !emulator.limits().iter().any(|limit| limit.feature == Feature::Network);
    if let Some(reached) = options.reached().filter(|_| has_network) {
        let reached: Vec<String> = reached.iter().map(ToString::to_string).collect();
        let reached = if reached.is_empty() { "nothing".to_owned() } else { reached.join(", ") };
        places += &format!(
            "\n\n  Each sandbox has a network of its own, where it reaches {reached} (--reach)."
        );
    }
    let text = format!(
        "\n  {} on an emulated AWS Lambda: {}, {} MB, up to {} sandboxes\n\n{places}\n\n  \
         curl -i {app}\n\n  The first request starts a sandbox. Ctrl-C ends all.\n",
        program.name,
        options.source.title(),
        options.memory,
        options.max_sandboxes,
    );
    let value = json!({
        "event": "listening",
        "url": app,
        "status_url": status,
        "api_url": api,
        "function": function(options, program),
    });
    voice.say(text, Some(value));
}

/// Says what there was in all.
pub(super) fn sum_up(history: &History, voice: &Voice) {
    let kept = history.kept();
    let text = format!(
        "\n  All sandboxes have ended.\n\n  \
         cold starts  {}\n  invocations  {}\n  errors       {:>7}{}\n",
        counted(&kept.cold_starts),
        counted(&kept.durations),
        kept.errors,
        match kept.failed_starts {
            0 => String::new(),
            failed => format!("   failed starts {failed}"),
        },
    );
    let value = json!({
        "event": "summary",
        "cold_starts": kept.cold_starts.count(),
        "init": percentiles(kept.cold_starts.percentiles()),
        "failed_starts": kept.failed_starts,
        "invocations": kept.durations.count(),
        "duration": percentiles(kept.durations.percentiles()),
        "errors": kept.errors,
    });
    drop(kept);
    voice.say(text, Some(value));
}

fn counted(durations: &Recent<std::time::Duration>) -> String {
    let count = durations.count();
    durations.percentiles().map_or_else(
        || format!("{count:>7}"),
        |percentiles| {
            let (p50, p95) = (time(percentiles.p50), time(percentiles.p95));
            format!("{count:>7}   p50 {p50:>9}   p95 {p95:>9}")
        },
    )
}
