//! The cgroup of one sandbox.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{Cgroups, Controller, Parent, Version};

/// The period of the CPU quota on Lambda, in microseconds.
const PERIOD_US: u32 = 20_000;

/// How often a group whose processes are about to end is looked at, and the pause between.
const LOOKS: u32 = 400;
const PAUSE: Duration = Duration::from_millis(5);

/// A group in every tree that has a controller for it; removed, with all that runs in it, when
/// this is dropped.
#[derive(Debug)]
pub(crate) struct Cgroup {
    /// One for each tree.
    paths: Vec<(Version, PathBuf)>,
    /// Open, because they are used for every invocation.
    freezer: Option<(Version, File)>,
    cpu_time: Option<(Version, File)>,
    peak: Option<File>,
    cpu: Option<(Version, PathBuf)>,
    memory: Option<(Version, PathBuf)>,
}

impl Cgroup {
    /// Makes a group; nothing is limited in it yet. None where there are no cgroups.
    pub(crate) fn new(cgroups: &Cgroups, name: &str) -> io::Result<Option<Self>> {
        let mut paths: Vec<(Version, PathBuf)> = Vec::new();
        for parent in cgroups.parents() {
            let path = parent.path.join(name);
            if !paths.iter().any(|(_, known)| *known == path) {
                fs::create_dir(&path)?;
                paths.push((parent.version, path));
            }
        }
        if paths.is_empty() {
            return Ok(None);
        }
        let place = |controller| {
            let Parent { version, path } = cgroups.parent(controller)?;
            Some((*version, path.join(name)))
        };
        let open = |controller: Controller, writes: bool| {
            place(controller)
                .map(|(version, path)| {
                    let file = path.join(controller.file(version));
                    let file = File::options().read(true).write(writes).open(file)?;
                    Ok::<_, io::Error>((version, file))
                })
                .transpose()
        };
        let peak = place(Controller::Memory).and_then(|(version, path)| {
            let file = match version {
                Version::One => "memory.max_usage_in_bytes",
                // Since Linux 5.19.
                Version::Two => "memory.peak",
            };
            File::open(path.join(file)).ok()
        });
        Ok(Some(Self {
            freezer: open(Controller::Freezer, true)?,
            cpu_time: open(Controller::CpuTime, false)?,
            peak,
            cpu: place(Controller::Cpu),
            memory: place(Controller::Memory),
            paths,
        }))
    }

    /// Makes this thread a member, and so the processes that it starts, where threads can be
    /// members: in version 1.
    pub(crate) fn enter(&self) -> io::Result<()> {
        for (version, path) in &self.paths {
            if *version == Version::One {
                fs::write(path.join("tasks"), "0")?;
            }
        }
        Ok(())
    }

    /// Takes this thread out again: a group can't be removed from within.
    pub(crate) fn leave(&self) {
        for (version, path) in &self.paths {
            // Group, process, all emulators, the whole tree.
            if let (Version::One, Some(tree)) = (version, path.ancestors().nth(3)) {
                let _ = fs::write(tree.join("tasks"), "0");
            }
        }
    }

    /// The file by which a process makes itself a member of version 2.
    pub(crate) fn door(&self) -> Option<PathBuf> {
        let (_, path) = self.paths.iter().find(|(version, _)| *version == Version::Two)?;
        Some(path.join("cgroup.procs"))
    }

    /// The group that knows all members and freezes them, for the guard.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.paths.first().map(|(_, path)| path.as_path())
    }

    pub(crate) fn has_freezer(&self) -> bool {
        self.freezer.is_some()
    }

    /// Freezes all processes, or lets them go on.
    pub(crate) fn set_frozen(&self, is_frozen: bool) -> io::Result<()> {
        let Some((version, file)) = &self.freezer else { return Ok(()) };
        file.write_all_at(freezer_state(*version, is_frozen), 0)
    }

    /// Whether all processes stand still, which takes them a moment.
    pub(crate) fn is_still(&self) -> bool {
        match &self.freezer {
            Some((Version::One, file)) => read(file).is_none_or(|state| state.trim() != "FREEZING"),
            Some((Version::Two, _)) => self.paths.iter().any(|(_, path)| {
                let events = fs::read_to_string(path.join("cgroup.events")).unwrap_or_default();
                field(&events, "frozen") == Some(1)
            }),
            None => true,
        }
    }

    /// How many CPUs it may have.
    pub(crate) fn limit_cpu(&self, cpus: f64) -> io::Result<()> {
        let Some((version, path)) = &self.cpu else { return Ok(()) };
        let quota = (f64::from(PERIOD_US) * cpus).round().max(1000.0);
        match version {
            Version::One => {
                fs::write(path.join("cpu.cfs_period_us"), PERIOD_US.to_string())?;
                fs::write(path.join("cpu.cfs_quota_us"), quota.to_string())
            }
            Version::Two => fs::write(path.join("cpu.max"), format!("{quota} {PERIOD_US}")),
        }
    }

    /// How much memory it may have; what swaps counts too.
    pub(crate) fn limit_memory(&self, bytes: u64) -> io::Result<()> {
        let Some((version, path)) = &self.memory else { return Ok(()) };
        let (limit, swap, most_swap) = match version {
            Version::One => ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes", bytes),
            Version::Two => ("memory.max", "memory.swap.max", 0),
        };
        fs::write(path.join(limit), bytes.to_string())?;
        // Not there where the kernel counts no swap.
        let _ = fs::write(path.join(swap), most_swap.to_string());
        Ok(())
    }

    /// The CPU time of all its processes so far.
    pub(crate) fn cpu_time(&self) -> Option<Duration> {
        let (version, file) = self.cpu_time.as_ref()?;
        let text = read(file)?;
        match version {
            Version::One => text.trim().parse().ok().map(Duration::from_nanos),
            Version::Two => field(&text, "usage_usec").map(Duration::from_micros),
        }
    }

    /// The most memory that it had at once.
    pub(crate) fn peak_memory_bytes(&self) -> Option<u64> {
        read(self.peak.as_ref()?)?.trim().parse().ok()
    }

    /// Whether the kernel killed a process because there was no memory left for it.
    pub(crate) fn ran_out_of_memory(&self) -> bool {
        let Some((version, path)) = &self.memory else { return false };
        let file = match version {
            Version::One => "memory.oom_control",
            Version::Two => "memory.events",
        };
        let text = fs::read_to_string(path.join(file)).unwrap_or_default();
        field(&text, "oom_kill").is_some_and(|kills| kills > 0)
    }

    /// Kills all that is in it, also what has left its process group.
    pub(crate) fn kill(&self) {
        for (_, path) in &self.paths {
            kill_members(path);
        }
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        for (_, path) in &self.paths {
            remove(path);
        }
    }
}

/// Ends what runs in a group and removes it; tells whether it could.
pub(super) fn remove(path: &Path) -> bool {
    for look in 0..LOOKS {
        match fs::remove_dir(path) {
            Ok(()) => return true,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return true,
            Err(_busy) => kill_members(path),
        }
        if look > 0 {
            std::thread::sleep(PAUSE);
        }
    }
    false
}

/// Kills all members of a group. Frozen ones of version 1 die when they are thawed.
fn kill_members(path: &Path) {
    let members = fs::read_to_string(path.join("cgroup.procs")).unwrap_or_default();
    for pid in members.lines().filter_map(|line| line.parse().ok()) {
        // Never this process, one of whose threads may just be starting a sandbox there; and 0 is
        // what is in another PID namespace.
        if pid != 0 && pid != std::process::id().cast_signed() {
            let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
        }
    }
    let _ = fs::write(path.join("freezer.state"), freezer_state(Version::One, false));
}

fn freezer_state(version: Version, is_frozen: bool) -> &'static [u8] {
    match (version, is_frozen) {
        (Version::One, true) => b"FROZEN",
        (Version::One, false) => b"THAWED",
        (Version::Two, true) => b"1",
        (Version::Two, false) => b"0",
    }
}

fn read(file: &File) -> Option<String> {
    let mut buffer = [0; 1024];
    let length = file.read_at(&mut buffer, 0).ok()?;
    Some(String::from_utf8_lossy(&buffer[..length]).into_owned())
}

/// A number in a file with a name and a number on each line.
fn field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
    line.trim().parse().ok()
}
