//! Cgroups: what stops, limits and counts the processes of a sandbox.
//!
//! Each controller is taken from where it works: a machine may have some in version 1 and some
//! in version 2.

mod group;
mod mounts;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

pub(crate) use group::Cgroup;
use mounts::{Mount, Version};

use super::owner::Owner;

/// The folder of all emulators' cgroups.
const FOLDER: &str = "lambdafy-emulator";

/// What a cgroup is good for here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Controller {
    Freezer,
    Cpu,
    CpuTime,
    Memory,
}

/// Where the cgroups of this process's sandboxes are made.
#[derive(Debug)]
pub(crate) struct Cgroups {
    freezer: Found,
    cpu: Found,
    cpu_time: Found,
    memory: Found,
    /// An empty group that stays frozen.
    kept_frozen: Option<PathBuf>,
}

/// A folder, or why there is none.
type Found = Result<Parent, String>;

#[derive(Clone, Debug)]
struct Parent {
    version: Version,
    path: PathBuf,
}

impl Cgroups {
    /// Makes the folders of this process where it may.
    pub(super) fn find() -> Self {
        let mountinfo = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
        let own = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
        Self::among(&mounts::mounts(&mountinfo), &own)
    }

    fn among(mounts: &[Mount], own_cgroup: &str) -> Self {
        let name = Owner::current().name();
        let find = |controller| find(controller, mounts, own_cgroup, &name);
        let freezer = find(Controller::Freezer);
        let cgroups = Self {
            kept_frozen: freezer.as_ref().ok().and_then(Parent::keep_frozen),
            freezer,
            cpu: find(Controller::Cpu),
            cpu_time: find(Controller::CpuTime),
            memory: find(Controller::Memory),
        };
        // What was made in vain; version 2 has one folder for several controllers.
        for below in mounts.iter().flat_map(|mount| mount.candidates(own_cgroup)) {
            let path = below.join(FOLDER).join(&name);
            if cgroups.parents().all(|parent| parent.path != path) {
                remove_empty(&path);
            }
        }
        cgroups
    }

    /// Ends and removes the groups of processes that are gone.
    pub(super) fn remove_leftovers(&self) {
        for parent in self.parents() {
            parent.path.parent().map(remove_leftovers);
        }
    }

    /// Why there is no such controller.
    pub(super) fn lacks(&self, controller: Controller) -> Option<&str> {
        self.found(controller).as_ref().err().map(String::as_str)
    }

    fn found(&self, controller: Controller) -> &Found {
        match controller {
            Controller::Freezer => &self.freezer,
            Controller::Cpu => &self.cpu,
            Controller::CpuTime => &self.cpu_time,
            Controller::Memory => &self.memory,
        }
    }

    fn parent(&self, controller: Controller) -> Option<&Parent> {
        self.found(controller).as_ref().ok()
    }

    fn parents(&self) -> impl Iterator<Item = &Parent> {
        [&self.freezer, &self.cpu, &self.cpu_time, &self.memory]
            .into_iter()
            .filter_map(|found| found.as_ref().ok())
    }
}

impl Parent {
    /// Makes an empty group that stays frozen. Linux patches its own code on all CPUs whenever the first
    /// group of version 1 is frozen and the last one goes on, which took more time than all else of an
    /// invocation.
    fn keep_frozen(&self) -> Option<PathBuf> {
        let group = self.path.join(format!("frozen-{}", crate::ids::hexadecimal(8)));
        let is_made = self.version == Version::One && fs::create_dir(&group).is_ok();
        let _ = is_made.then(|| fs::write(group.join("freezer.state"), "FROZEN"));
        is_made.then_some(group)
    }
}

impl Drop for Cgroups {
    /// Removes this process's folders, and the common one if it was the last to use it.
    fn drop(&mut self) {
        let _ = self.kept_frozen.as_ref().map(fs::remove_dir);
        for parent in self.parents() {
            remove_empty(&parent.path);
        }
    }
}

impl Controller {
    /// Its name in a list of controllers.
    fn name(self, version: Version) -> &'static str {
        match (self, version) {
            (Self::Freezer, _) => "freezer",
            (Self::CpuTime, Version::One) => "cpuacct",
            (Self::Cpu | Self::CpuTime, _) => "cpu",
            (Self::Memory, _) => "memory",
        }
    }

    /// A file that a cgroup with this controller has.
    fn file(self, version: Version) -> &'static str {
        match (self, version) {
            (Self::Freezer, Version::One) => "freezer.state",
            (Self::Freezer, Version::Two) => "cgroup.freeze",
            (Self::Cpu, Version::One) => "cpu.cfs_quota_us",
            (Self::Cpu, Version::Two) => "cpu.max",
            (Self::CpuTime, Version::One) => "cpuacct.usage",
            (Self::CpuTime, Version::Two) => "cpu.stat",
            (Self::Memory, Version::One) => "memory.limit_in_bytes",
            (Self::Memory, Version::Two) => "memory.max",
        }
    }
}

fn find(controller: Controller, mounts: &[Mount], own_cgroup: &str, name: &str) -> Found {
    let mut reason = "no cgroups are mounted".to_owned();
    for mount in mounts {
        let has = mount.controllers.iter().any(|known| known == controller.name(Version::One));
        if mount.version == Version::One && !has {
            continue;
        }
        for candidate in mount.candidates(own_cgroup) {
            match parent(controller, mount.version, &candidate, name) {
                Ok(parent) => return Ok(parent),
                Err(error) => reason = format!("{}: {error}", candidate.display()),
            }
        }
    }
    Err(reason)
}

/// Makes this process's folder below a cgroup, if its groups will have the controller.
fn parent(
    controller: Controller,
    version: Version,
    below: &Path,
    name: &str,
) -> io::Result<Parent> {
    let folder = below.join(FOLDER);
    let path = folder.join(name);
    make(&path)?;
    if version == Version::Two {
        for cgroup in [below, &folder, &path] {
            // Where it is not possible, the file that is looked for is missing.
            let on = format!("+{}", controller.name(version));
            let _ = fs::write(cgroup.join("cgroup.subtree_control"), on);
        }
    }
    let probe = path.join("probe");
    fs::create_dir_all(&probe)?;
    let file = fs::OpenOptions::new().read(true).open(probe.join(controller.file(version)));
    fs::remove_dir(&probe)?;
    match file {
        Ok(_) => Ok(Parent { version, path }),
        Err(error) => Err(io::Error::new(error.kind(), format!("no {controller:?} controller"))),
    }
}

/// Removes the folder of a process, and the common one if nobody else uses it.
fn remove_empty(path: &Path) {
    let _ = fs::remove_dir(path);
    let _ = path.parent().map(fs::remove_dir);
}

/// Another emulator's end may remove the common folder meanwhile.
fn make(path: &Path) -> io::Result<()> {
    let mut made = fs::create_dir_all(path);
    for _ in 0..3 {
        if made.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
            made = fs::create_dir_all(path);
        }
    }
    made
}

/// Ends and removes the groups of processes that are gone.
fn remove_leftovers(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let owner = entry.file_name().to_str().and_then(Owner::of);
        if owner.is_some_and(Owner::is_gone) {
            for group in fs::read_dir(entry.path()).into_iter().flatten().flatten() {
                if group.file_type().is_ok_and(|kind| kind.is_dir()) {
                    group::remove(&group.path());
                }
            }
            let _ = fs::remove_dir(entry.path());
        }
    }
}

#[cfg(test)]
mod tests;
