//! The `/tmp` of a sandbox.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use nix::unistd::geteuid;

use super::namespace;
use super::owner::Owner;

/// What the names of all emulators' folders begin with.
const PREFIX: &str = "lambdafy-emulator-";

const TMP: &str = "/tmp";

/// This process's folder for its sandboxes' files; removed when this is dropped.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

/// A sandbox's own `/tmp`: a folder, removed with all that is in it when this is dropped.
#[derive(Debug)]
pub(crate) struct Scratch(PathBuf);

impl Folder {
    /// Makes it, under a name that nobody could have guessed and taken.
    pub(super) fn new() -> io::Result<Self> {
        let parent = std::env::temp_dir();
        fs::create_dir_all(&parent)?;
        let (owner, random) = (Owner::current().name(), crate::ids::hexadecimal(16));
        Self::at(parent.join(format!("{PREFIX}{owner}-{random}")))
    }

    /// Makes it; what is there already, a link to elsewhere for one, is another's.
    fn at(path: PathBuf) -> io::Result<Self> {
        // What a sandbox writes is nobody else's business.
        DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Scratch {
    pub(crate) fn new(folder: &Folder, name: &str) -> io::Result<Self> {
        let path = folder.0.join(name);
        fs::create_dir(&path)?;
        // As `/tmp` is: anyone may write, only the owner may remove.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o1777))?;
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Makes it this thread's `/tmp`, once the thread has [mounts of its
    /// own](namespace::leave_mounts). What is `shared` stays visible in it.
    pub(crate) fn mount(&self, shared: &[PathBuf]) -> io::Result<()> {
        let mut kept = Vec::new();
        for path in shared {
            let file = File::options().read(true).custom_flags(PATH_ONLY).open(path)?;
            kept.push((path, file));
        }
        namespace::bind(&self.0, Path::new(TMP))?;
        for (path, file) in kept {
            if file.metadata()?.is_dir() {
                fs::create_dir_all(path)?;
            } else {
                path.parent().map_or(Ok(()), fs::create_dir_all)?;
                File::create(path)?;
            }
            let hidden = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
            namespace::bind(&hidden, path)?;
        }
        Ok(())
    }
}

/// Open a path whatever it is, a socket too.
#[cfg(target_os = "linux")]
const PATH_ONLY: i32 = nix::libc::O_PATH;
#[cfg(not(target_os = "linux"))]
const PATH_ONLY: i32 = 0;

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Which of these paths, or of the folders that they are in, are below `/tmp`, so that a sandbox
/// with a `/tmp` of its own would not find them; none of them is inside another.
pub(crate) fn hidden<'a>(paths: impl Iterator<Item = &'a Path>) -> Vec<PathBuf> {
    let mut hidden: Vec<PathBuf> = Vec::new();
    for path in paths {
        let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        for path in [path, &real] {
            let is_below = path.starts_with(TMP) && path != Path::new(TMP);
            if is_below && path.exists() && !hidden.iter().any(|known| path.starts_with(known)) {
                hidden.retain(|known| !known.starts_with(path));
                hidden.push(path.to_owned());
            }
        }
    }
    hidden
}

/// Removes the folders of processes that are gone.
pub(super) fn remove_leftovers() {
    remove_leftovers_in(&std::env::temp_dir());
}

fn remove_leftovers_in(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let owner = name.to_str().and_then(|name| Owner::of(name.strip_prefix(PREFIX)?));
        // Anyone may make a folder of such a name in /tmp.
        let is_mine = entry.metadata().is_ok_and(|it| it.uid() == geteuid().as_raw());
        if is_mine && owner.is_some_and(Owner::is_gone) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_below_tmp_would_be_hidden_and_each_place_once() {
        let folder = Folder::new().unwrap();
        let scratch = Scratch::new(&folder, "hidden").unwrap();
        let inner = scratch.path().join("inner");
        fs::create_dir(&inner).unwrap();
        let missing = scratch.path().join("missing");
        let paths = [&inner, Path::new("/etc"), scratch.path(), &inner, Path::new(TMP), &missing];
        let expected = if scratch.path().starts_with(TMP) { vec![scratch.path()] } else { vec![] };
        assert_eq!(hidden(paths.into_iter()), expected);
    }

    #[test]
    fn a_folder_that_is_there_already_is_not_taken_for_ones_own() {
        let folder = Folder::new().unwrap();
        let parent = Scratch::new(&folder, "parent").unwrap();
        let (theirs, link) = (parent.path().join("theirs"), parent.path().join("link"));
        fs::create_dir(&theirs).unwrap();
        std::os::unix::fs::symlink(&theirs, &link).unwrap();
        for path in [theirs, link] {
            let error = Folder::at(path).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        }
    }

    #[test]
    fn the_folder_of_a_process_that_is_gone_is_removed_and_that_of_another_is_not() {
        let folder = Folder::new().unwrap();
        let parent = Scratch::new(&folder, "leftovers").unwrap();
        let gone = parent.path().join(format!("{PREFIX}{}", Owner::gone().name()));
        let mine = parent.path().join(format!("{PREFIX}{}", Owner::current().name()));
        let other = parent.path().join("lambdafy-emulator-notes");
        for path in [&gone, &mine, &other] {
            fs::create_dir_all(path.join("deep")).unwrap();
        }
        remove_leftovers_in(parent.path());
        assert!(!gone.exists() && mine.exists() && other.exists());
    }
}
