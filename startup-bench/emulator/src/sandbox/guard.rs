//! Ends sandboxes that outlive this process, even one that was killed by SIGKILL.
//!
//! A small shell process holds the read end of a pipe whose write end only this process has, and
//! reads the process groups of the sandboxes from it. When the pipe ends, so has this process:
//! the shell kills the groups that are left. Unlike a parent-death signal this reaches a
//! sandbox's own children, needs no unsafe code, and works on macOS too.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError};

const SCRIPT: &str = r#"
trap '' INT TERM HUP
groups=' '
while read -r change group; do
  case $change in
    add) groups="$groups$group " ;;
    remove) groups="${groups%% $group *} ${groups#* $group }" ;;
  esac
done
for group in $groups; do
  kill -s KILL -- "-${group%%:*}"
  cgroup=${group#*:}
  if [ -n "$cgroup" ]; then
    while read -r pid; do kill -s KILL "$pid"; done <"$cgroup/cgroup.procs"
    [ ! -e "$cgroup/freezer.state" ] || echo THAWED >"$cgroup/freezer.state"
  fi
done 2>/dev/null
"#;

/// The pipe to the one guard of this process; none where there is no shell.
static GUARD: LazyLock<Mutex<Option<ChildStdin>>> = LazyLock::new(|| Mutex::new(start()));

/// Starts the guard if it does not run yet. It must not be started in a sandbox's place, whose end
/// would be its own.
pub(super) fn stand_by() {
    LazyLock::force(&GUARD);
}

/// A process group that the guard knows of, until this is dropped; with its cgroup, which also
/// knows who has left the group, and has to be thawed before its processes can die.
#[derive(Debug)]
pub(super) struct Guarded(String);

impl Guarded {
    pub(super) fn new(group: u32, cgroup: Option<&Path>) -> Self {
        let cgroup = cgroup.and_then(Path::to_str).unwrap_or_default();
        // The shell's words end at a space.
        let cgroup = if cgroup.contains(char::is_whitespace) { "" } else { cgroup };
        let guarded = Self(format!("{group}:{cgroup}"));
        tell("add", &guarded.0);
        guarded
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        tell("remove", &self.0);
    }
}

fn start() -> Option<ChildStdin> {
    let guard = Command::new("/bin/sh")
        .args(["-c", SCRIPT, "lambdafy-emulator-guard"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // Ctrl-C in a terminal is not meant for it.
        .process_group(0)
        .spawn();
    guard.ok()?.stdin
}

fn tell(change: &str, group: &str) {
    let mut guard = GUARD.lock().unwrap_or_else(PoisonError::into_inner);
    let line = format!("{change} {group}\n");
    let is_gone = guard.as_mut().is_some_and(|pipe| pipe.write_all(line.as_bytes()).is_err());
    if is_gone {
        *guard = None;
    }
}
