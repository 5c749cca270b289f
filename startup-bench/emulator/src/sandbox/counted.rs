//! What a sandbox used of the machine.

use std::time::Duration;

use super::Sandbox;

/// The unit of the times in `/proc/<pid>/stat`, the same on all of Linux's architectures.
const TICK: Duration = Duration::from_millis(10);

impl Sandbox {
    /// The CPU time that its processes used so far; none where it can't be counted. Without
    /// cgroups it is that of its own process and what that has waited for, in steps of 10 ms.
    #[must_use]
    pub fn cpu_time(&self) -> Option<Duration> {
        self.inner.place.cpu_time().or_else(|| cpu_time_of(self.pid()))
    }

    /// The most memory that it had at once, in bytes; none where it can't be counted. It is what
    /// the limit counts, so the files that it read or wrote first count too. Without cgroups it
    /// is what its own process had.
    #[must_use]
    pub fn max_memory_used_bytes(&self) -> Option<u64> {
        self.inner.place.peak_memory_bytes().or_else(|| peak_memory_bytes_of(self.pid()))
    }
}

fn cpu_time_of(pid: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // utime, stime, cutime and cstime: fields 14 to 17, of which the name in parentheses is 2.
    let fields = stat.rsplit_once(") ")?.1.split(' ').skip(11).take(4);
    let ticks: u32 = fields.filter_map(|field| field.parse::<u32>().ok()).sum();
    Some(TICK * ticks)
}

fn peak_memory_bytes_of(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_process_without_a_cgroup_is_counted_too() {
        let pid = std::process::id();
        assert!(peak_memory_bytes_of(pid).unwrap() > 100_000);
        let before = cpu_time_of(pid).unwrap();
        while cpu_time_of(pid).unwrap() == before {
            std::hint::black_box(std::fs::read("/proc/self/stat").unwrap());
        }
        assert_eq!(cpu_time_of(0), None);
    }
}
