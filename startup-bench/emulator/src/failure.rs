//! The failures that the platform itself reports, in Lambda's words.

use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use crate::FunctionError;

/// The most that a buffered answer or an event may have, in bytes: 6 MiB and a little.
pub(crate) const MAX_PAYLOAD_BYTES: usize = 6 * 1024 * 1024 + 100;

/// The most that a streamed answer may have, in bytes.
pub(crate) const MAX_STREAM_BYTES: usize = 200 * 1024 * 1024;

pub(crate) fn timed_out(timeout: Duration) -> FunctionError {
    FunctionError::of_platform(
        "Sandbox.Timedout",
        format!("Task timed out after {:.2} seconds", timeout.as_secs_f64()),
    )
}

pub(crate) fn init_timed_out(limit: Duration) -> FunctionError {
    FunctionError::of_platform(
        "Sandbox.Timedout",
        format!("Init timed out after {:.2} seconds", limit.as_secs_f64()),
    )
}

pub(crate) fn response_too_large(limit: usize) -> FunctionError {
    FunctionError::of_platform(
        "Function.ResponseSizeTooLarge",
        format!("Response payload size exceeded maximum allowed payload size ({limit} bytes)."),
    )
}

pub(crate) fn truncated() -> FunctionError {
    FunctionError::of_platform(
        "Runtime.TruncatedResponse",
        "The runtime's answer broke off before its end",
    )
}

pub(crate) fn invalid_response_mode() -> FunctionError {
    FunctionError::of_platform(
        "Runtime.InvalidResponseModeHeader",
        "Invalid function response mode",
    )
}

pub(crate) fn stopped() -> FunctionError {
    FunctionError::of_platform("Sandbox.Stopped", "The sandbox was stopped")
}

/// An extension's file that can't be run.
pub(crate) fn no_extension(path: &Path, error: &dyn std::fmt::Display) -> FunctionError {
    FunctionError::of_platform("Extension.LaunchError", format!("{}: {error}", path.display()))
}

/// An extension that ended by itself, which ends the sandbox.
pub(crate) fn extension_exited(name: &str, status: Option<ExitStatus>) -> FunctionError {
    let reason = status.map_or_else(|| "no status".to_owned(), describe);
    let message = format!("the extension '{name}' exited: {reason}");
    FunctionError::of_platform("Extension.Crash", message)
}

/// What a runtime's own end looks like to the invoker.
pub(crate) fn exited(status: Option<ExitStatus>) -> FunctionError {
    let reason = match status {
        Some(status) if !status.success() => {
            format!("Runtime exited with error: {}", describe(status))
        }
        _ => "Runtime exited without providing a reason".to_owned(),
    };
    FunctionError::of_platform("Runtime.ExitError", reason)
}

/// The kernel killed it for want of memory.
pub(crate) fn out_of_memory(status: Option<ExitStatus>) -> FunctionError {
    let how = status.map_or_else(|| "signal: killed".to_owned(), describe);
    FunctionError::of_platform("Runtime.OutOfMemory", format!("Runtime exited with error: {how}"))
}

/// The program could not be started.
pub(crate) fn no_entry(program: &Path, error: &dyn std::fmt::Display) -> FunctionError {
    FunctionError::of_platform(
        "Runtime.InvalidEntrypoint",
        format!("{}: {error}", program.display()),
    )
}

/// This machine could not give a sandbox its cgroup, its `/tmp` or its network.
pub(crate) fn no_place(error: &std::io::Error) -> FunctionError {
    FunctionError::of_platform(
        "Sandbox.Unavailable",
        format!("This machine could not make a sandbox: {error}"),
    )
}

fn describe(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;

    match (status.signal(), status.code()) {
        (Some(signal), _) => format!("signal: {}", signal_name(signal)),
        (None, Some(code)) => format!("exit status {code}"),
        (None, None) => status.to_string(),
    }
}

fn signal_name(signal: i32) -> String {
    let name = match signal {
        1 => "hangup",
        2 => "interrupt",
        3 => "quit",
        4 => "illegal instruction",
        6 => "aborted",
        7 => "bus error",
        8 => "floating point exception",
        9 => "killed",
        11 => "segmentation fault",
        13 => "broken pipe",
        15 => "terminated",
        _ => return signal.to_string(),
    };
    name.to_owned()
}
