//! An external extension on AWS's own `lambda-extension`, for the emulator's contract tests: it
//! prints what it is told, and by telemetry.

use std::io::{Write, stdout};

use lambda_extension::{
    Error, Extension, LambdaEvent, LambdaTelemetry, LambdaTelemetryRecord, NextEvent,
    SharedService, service_fn,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    say(&format!("watcher: pid {}", std::process::id()));
    Extension::new()
        .with_events_processor(service_fn(event))
        .with_telemetry_processor(SharedService::new(service_fn(telemetry)))
        .with_telemetry_types(&["platform", "function"])
        .with_telemetry_port_number(port())
        .run()
        .await
}

async fn event(event: LambdaEvent) -> Result<(), Error> {
    match event.next {
        NextEvent::Invoke(invoke) => say(&format!("watcher: INVOKE {}", invoke.request_id)),
        NextEvent::Shutdown(shutdown) => {
            say(&format!("watcher: SHUTDOWN {}", shutdown.shutdown_reason));
        }
    }
    Ok(())
}

async fn telemetry(events: Vec<LambdaTelemetry>) -> Result<(), Error> {
    for event in events {
        match event.record {
            LambdaTelemetryRecord::Function(line) => {
                say(&format!("telemetry: {}", line.trim_end()))
            }
            LambdaTelemetryRecord::PlatformReport { metrics, .. } => {
                say(&format!("telemetry: report {} MB", metrics.memory_size_mb));
            }
            other => say(&format!("telemetry: {}", name(&other))),
        }
    }
    Ok(())
}

/// The name of a record, which is the first word of its debug form.
fn name(record: &LambdaTelemetryRecord) -> String {
    let text = format!("{record:?}");
    text.split([' ', '(', '{']).next().unwrap_or_default().to_owned()
}

fn say(line: &str) {
    // Nobody reads it any more when this fails.
    let _ = writeln!(stdout(), "{line}");
}

#[expect(
    clippy::disallowed_methods,
    reason = "this program is no part of any crate: it has no one place to read the environment"
)]
fn port() -> u16 {
    std::env::var("WATCHER_PORT").ok().and_then(|port| port.parse().ok()).unwrap_or(3000)
}
