//! Whose cgroups and directories something is: their names say which process made them.

use std::process;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// A process, told from a later one with the same id by its start, and from one of another
/// container by its namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Owner {
    pid: u32,
    /// In clock ticks since the machine's start; 0 where that is not known.
    started: u64,
    namespace: u64,
}

impl Owner {
    /// This process.
    pub(super) fn current() -> Self {
        static CURRENT: LazyLock<Owner> = LazyLock::new(|| {
            let pid = process::id();
            Owner { pid, started: started(pid).unwrap_or(0), namespace: namespace() }
        });
        *CURRENT
    }

    /// The owner in a name.
    pub(super) fn of(name: &str) -> Option<Self> {
        let (owner, _number) = name.split_once('.')?;
        let mut numbers = owner.splitn(3, '-');
        Some(Self {
            pid: numbers.next()?.parse().ok()?,
            started: numbers.next()?.parse().ok()?,
            namespace: numbers.next()?.parse().ok()?,
        })
    }

    /// A name that tells the owner and is not used twice.
    pub(super) fn name(self) -> String {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        format!("{}-{}-{}.{number}", self.pid, self.started, self.namespace)
    }

    /// Whether it has ended. Of a process in another namespace that is not known: no.
    pub(super) fn is_gone(self) -> bool {
        if self.namespace != Self::current().namespace {
            return false;
        }
        match fields(self.pid) {
            // A zombie has only its exit status left, which nobody may ever want.
            Some((state, started)) => started != self.started || matches!(state, 'Z' | 'X'),
            None => !is_running(self.pid),
        }
    }
}

/// When a process was started, where /proc tells.
fn started(pid: u32) -> Option<u64> {
    fields(pid).map(|(_state, started)| started)
}

/// The state of a process and when it was started, where /proc tells.
fn fields(pid: u32) -> Option<(char, u64)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may have spaces; the 22nd field is the 20th after it.
    let mut fields = stat.rsplit_once(") ")?.1.split(' ');
    let state = fields.next()?.chars().next()?;
    Some((state, fields.nth(18)?.parse().ok()?))
}

fn is_running(pid: u32) -> bool {
    use nix::errno::Errno;
    use nix::sys::signal::kill;
    use nix::unistd::Pid;

    kill(Pid::from_raw(pid.cast_signed()), None) != Err(Errno::ESRCH)
}

/// The number of this process's PID namespace; 0 where there are none.
fn namespace() -> u64 {
    let link = std::fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    let digits: String = link.to_string_lossy().chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
}

#[cfg(test)]
impl Owner {
    /// A process with this one's id that ended before this one was started.
    pub(super) fn gone() -> Self {
        Self { started: 1, ..Self::current() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_its_owner() {
        let current = Owner::current();
        let (one, other) = (current.name(), current.name());
        assert_ne!(one, other);
        assert_eq!(Owner::of(&one), Some(current));
        assert!(!current.is_gone());
        assert_eq!(Owner::of("something else"), None);
    }

    #[test]
    fn a_later_process_with_the_same_id_is_another_owner() {
        let current = Owner::current();
        assert!(Owner::gone().is_gone());
        assert!(!Owner { namespace: 1, started: 0, ..current }.is_gone(), "who knows");
        // Larger than any kernel's limit.
        assert!(Owner { pid: 1 << 23, ..current }.is_gone());
    }
}
