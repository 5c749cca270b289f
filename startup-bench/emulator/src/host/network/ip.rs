//! The command `ip` of iproute2, which sets up network devices.
//!
//! It runs ahead of demand and a few times for each sandbox, so that a netlink library, a dozen
//! crates, would gain nothing. What is done for each invocation does not go through it.

use std::io::{self, Write};
use std::process::{Command, Stdio};

/// Runs commands of `ip`, one a line, in this thread's network; an error is what the first one
/// that fails says.
pub(super) fn ip(commands: &str) -> io::Result<()> {
    let child = Command::new("ip")
        .args(["-batch", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            io::Error::new(error.kind(), "the command `ip` is missing (Debian: iproute2)")
        }
        kind => io::Error::new(kind, format!("`ip` can't be run: {error}")),
    })?;
    if let Some(mut input) = child.stdin.take() {
        // One that does not read on says why below.
        let _ = input.write_all(commands.as_bytes());
    }
    let output = child.wait_with_output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let first = said.lines().next().unwrap_or("it failed").trim();
    Err(io::Error::other(format!("ip: {first}")))
}

/// A namespace of this process, as an argument of `ip`.
pub(super) fn path_of(namespace: &std::fs::File) -> String {
    use std::os::fd::AsRawFd;

    format!("/proc/{}/fd/{}", std::process::id(), namespace.as_raw_fd())
}
