//! What the tests look at from outside.

use std::time::{Duration, Instant};

use nix::sys::signal::kill;
use nix::unistd::Pid;

/// Is there such a process, and not only its exit status?
pub(crate) fn is_alive(pid: u32) -> bool {
    let is_there = kill(Pid::from_raw(pid.cast_signed()), None).is_ok();
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    is_there && !stat.contains(") Z ")
}

/// Does it come true within some seconds?
pub(crate) fn is_soon(mut is_true: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(20) {
        if is_true() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}
