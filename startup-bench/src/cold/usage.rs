//! What the processes of a sandbox have used.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::process::{cpu_time, status_field};

/// Of all processes of one process group together, and of their children that have ended.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Usage {
    pub(crate) cpu: Duration,
    /// Pages that were there but not mapped, or had to be cleared.
    pub(crate) minor_faults: u64,
    /// Pages that had to be read from the disk.
    pub(crate) major_faults: u64,
    /// The most memory resident at a time.
    pub(crate) peak_rss_kb: u64,
}

/// A clock tick of `/proc/PID/stat`: `USER_HZ`, which Linux fixes at 100 for programs.
const TICK: Duration = Duration::from_millis(10);

/// The processes of this group.
///
/// # Errors
/// If `/proc` can't be read, or there is none.
pub(super) fn members(group: u32) -> Result<Vec<u32>> {
    let mut members = Vec::new();
    for entry in Path::new("/proc").read_dir().context("can't read /proc")? {
        let name = entry.context("can't read /proc")?.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse().ok()) else { continue };
        // A process may end while the list is read.
        if stat(pid).is_ok_and(|stat| stat.group == group) {
            members.push(pid);
        }
    }
    ensure!(!members.is_empty(), "the function's process is gone");
    Ok(members)
}

/// Those of the group that have not ended.
///
/// # Errors
/// If `/proc` can't be read, or there is none.
pub(super) fn living(group: u32) -> Result<Vec<u32>> {
    let lives = |pid: &u32| stat(*pid).is_ok_and(|stat| !stat.has_ended);
    Ok(members(group)?.into_iter().filter(lives).collect())
}

/// The sum over the group.
///
/// # Errors
/// If a process is gone.
pub(super) fn of_group(group: u32) -> Result<Usage> {
    let mut sum = Usage::default();
    for pid in members(group)? {
        let stat = stat(pid)?;
        sum.cpu += cpu_time(pid)? + stat.cpu_of_children;
        sum.minor_faults += stat.minor_faults;
        sum.major_faults += stat.major_faults;
        // One that has ended and whose parent has not looked yet has no memory any more.
        if !stat.has_ended {
            sum.peak_rss_kb += status_field(&Path::new("/proc").join(pid.to_string()), "VmHWM:")?;
        }
    }
    Ok(sum)
}

/// The fields of `/proc/PID/stat` that count here.
#[derive(Debug, PartialEq)]
struct Stat {
    has_ended: bool,
    group: u32,
    minor_faults: u64,
    major_faults: u64,
    cpu_of_children: Duration,
}

fn stat(pid: u32) -> Result<Stat> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).context("a process's stat")?;
    parse(&text).with_context(|| format!("the stat of process {pid}: {text}"))
}

/// `proc_pid_stat(5)`: the name, in parentheses, may hold anything; then come fields by number.
fn parse(text: &str) -> Option<Stat> {
    let (_, fields) = text.rsplit_once(')')?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    // The first field behind the name is the third.
    let field = |number: usize| fields.get(number - 3)?.parse::<u64>().ok();
    let ticks = u32::try_from(field(16)? + field(17)?).ok()?;
    Some(Stat {
        has_ended: *fields.first()? == "Z",
        group: field(5)?.try_into().ok()?,
        minor_faults: field(10)? + field(11)?,
        major_faults: field(12)? + field(13)?,
        cpu_of_children: TICK * ticks,
    })
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::process::{Command, Stdio};

    use nix::sys::signal::{Signal, killpg};
    use nix::unistd::Pid;

    use super::*;

    #[test]
    fn a_name_with_blanks_and_parentheses_moves_no_field() {
        let text = "7 (a) b (c) S 1 42 42 0 -1 4194560 100 20 3 1 5 6 2 1 20 0 1 0 99 0 0";
        let expected = Stat {
            has_ended: false,
            group: 42,
            minor_faults: 120,
            major_faults: 4,
            cpu_of_children: Duration::from_millis(30),
        };
        assert_eq!(parse(text), Some(expected));
    }

    #[test]
    fn a_group_is_found_with_what_its_processes_have_used() {
        use std::os::unix::process::CommandExt;
        let script = "sleep 60 & echo; wait";
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]).process_group(0).stdout(Stdio::piped());
        let mut leader = command.spawn().unwrap();
        leader.stdout.take().unwrap().read_exact(&mut [0]).unwrap();
        let (members, usage) = (members(leader.id()), of_group(leader.id()));
        let group = Pid::from_raw(leader.id().try_into().unwrap());
        killpg(group, Signal::SIGKILL).unwrap();
        leader.wait().unwrap();

        assert_eq!(members.unwrap().len(), 2);
        let usage = usage.unwrap();
        assert!(usage.minor_faults > 0 && usage.peak_rss_kb > 0 && usage.cpu > Duration::ZERO);
    }
}
