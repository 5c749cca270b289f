//! Where the sites are.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::Pid;

/// A folder that goes with the run.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// One of this process below `place`, where those of processes that were killed are removed.
    ///
    /// # Errors
    /// If it can't be made.
    pub(super) fn new(place: &Path) -> Result<Self> {
        let path = place.join(std::process::id().to_string());
        fs::create_dir_all(&path).with_context(|| format!("no folder {}", path.display()))?;
        for entry in place.read_dir().context("the folders of earlier runs")?.flatten() {
            if entry.file_name().to_str().is_some_and(is_of_nobody) {
                remove(&entry.path());
            }
        }
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        remove(&self.0);
    }
}

/// Is it named after a process that has gone?
fn is_of_nobody(name: &str) -> bool {
    let pid = name.parse().map(Pid::from_raw);
    pid.is_ok_and(|pid| pid.as_raw() > 0 && kill(pid, None) == Err(Errno::ESRCH))
}

/// What is left is no reason to fail a run.
fn remove(path: &Path) {
    let _ = fs::remove_dir_all(path);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn folders_of_processes_that_have_gone_are_removed_and_others_stay() {
        let mut gone = std::process::Command::new("true").spawn().unwrap();
        gone.wait().unwrap();
        let place = Scratch::new().unwrap();
        let of = |name: &str| place.path(name);
        let (gone, own) = (gone.id().to_string(), std::process::id().to_string());
        for name in [&gone, "1", "notes"] {
            fs::create_dir(of(name)).unwrap();
        }
        let folder = Folder::new(place.as_ref()).unwrap();
        assert!(!of(&gone).exists() && of("1").exists() && of("notes").exists());
        assert_eq!(folder.path(), of(&own));
        drop(folder);
        assert!(!of(&own).exists() && of("1").exists());
    }
}
