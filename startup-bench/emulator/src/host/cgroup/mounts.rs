//! Where a machine's cgroup controllers are mounted.

use std::path::PathBuf;

/// The generations of Linux's cgroups. Both may be mounted, each with its own controllers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// A tree for each controller, in which threads are members.
    One,
    /// One tree for all, in which processes are members.
    Two,
}

/// Where cgroups may be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mount {
    pub(super) version: Version,
    pub(super) path: PathBuf,
    /// Of version 1; version 2 says it in a file.
    pub(super) controllers: Vec<String>,
}

/// Reads `/proc/self/mountinfo`.
pub(super) fn mounts(mountinfo: &str) -> Vec<Mount> {
    mountinfo.lines().filter_map(mount).collect()
}

fn mount(line: &str) -> Option<Mount> {
    let (place, kind) = line.split_once(" - ")?;
    let mut kind = kind.split(' ');
    let version = match kind.next()? {
        "cgroup" => Version::One,
        "cgroup2" => Version::Two,
        _ => return None,
    };
    let options = kind.nth(1)?;
    Some(Mount {
        version,
        path: place.split(' ').nth(4)?.into(),
        controllers: options.split(',').map(str::to_owned).collect(),
    })
}

impl Mount {
    /// Where this process may be let make cgroups: the top of the tree; of version 2 then each
    /// group on the way to its own, one of which may be delegated to an ordinary user.
    pub(super) fn candidates(&self, own_cgroup: &str) -> Vec<PathBuf> {
        let mut path = self.path.clone();
        let mut candidates = vec![path.clone()];
        let own = match self.version {
            Version::One => None,
            Version::Two => own_cgroup.lines().find_map(|line| line.strip_prefix("0::/")),
        };
        let parts = own.unwrap_or_default().split('/');
        for part in parts.filter(|part| !part.is_empty() && *part != "..") {
            path.push(part);
            candidates.push(path.clone());
        }
        candidates
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_generations_are_found_with_their_controllers() {
        let mountinfo = "\
            25 30 0:23 / /sys rw,nosuid - sysfs sysfs rw\n\
            33 25 0:29 / /sys/fs/cgroup/unified rw,relatime shared:5 - cgroup2 cgroup2 rw\n\
            34 25 0:30 / /sys/fs/cgroup/cpu rw,relatime shared:6 - cgroup cgroup rw,cpu,cpuacct\n";
        let found = mounts(mountinfo);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].version, Version::Two);
        assert_eq!(found[1].path, PathBuf::from("/sys/fs/cgroup/cpu"));
        assert_eq!(found[1].controllers, ["rw", "cpu", "cpuacct"]);
    }

    #[test]
    fn a_delegated_cgroup_is_on_the_way_to_ones_own() {
        let mount = Mount { version: Version::Two, path: "/cg".into(), controllers: Vec::new() };
        let own = "1:cpu:/x\n0::/user.slice/user@1000.service/app\n";
        let found = mount.candidates(own);
        assert_eq!(found[0], PathBuf::from("/cg"));
        assert_eq!(found[2], PathBuf::from("/cg/user.slice/user@1000.service"));
        assert_eq!(found.len(), 4);
    }
}
