//! Puts a program's files into the page cache, or out of it.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use nix::fcntl::{PosixFadviseAdvice, posix_fadvise};

/// The option `--cache`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum PageCache {
    /// The files are in memory, as on a host that has just run the same function.
    Warm,
    /// The files are evicted before each start.
    Cold,
    /// Each is started in both ways.
    Both,
}

/// Whether a start finds its files in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cached {
    Warm,
    Cold,
}

impl PageCache {
    pub(super) fn each(self) -> Vec<Cached> {
        match self {
            Self::Warm => vec![Cached::Warm],
            Self::Cold => vec![Cached::Cold],
            Self::Both => vec![Cached::Warm, Cached::Cold],
        }
    }
}

impl Cached {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Warm => "warm",
            Self::Cold => "cold",
        }
    }

    /// Brings the files into this state.
    ///
    /// # Errors
    /// If one can't be read.
    pub(super) fn prepare(self, files: &[PathBuf]) -> Result<()> {
        let prepare = match self {
            Self::Warm => warm,
            Self::Cold => evict,
        };
        files.iter().try_for_each(|path| {
            prepare(path).with_context(|| format!("the page cache of {}", path.display()))
        })
    }
}

/// The files that a process has mapped: the executable and its libraries.
///
/// # Errors
/// If the process is gone.
pub(super) fn mapped(pid: u32) -> Result<Vec<PathBuf>> {
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps"))
        .context("the files that the function has mapped")?;
    let mut files: Vec<PathBuf> = maps.lines().filter_map(file_of).collect();
    files.sort_unstable();
    files.dedup();
    Ok(files.into_iter().filter(|path| path.is_file()).collect())
}

/// The files themselves, and those in folders at any depth.
///
/// # Errors
/// If a folder can't be read.
pub(super) fn below(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut open = paths.to_vec();
    while let Some(path) = open.pop() {
        if !path.is_dir() {
            files.push(path);
            continue;
        }
        let seen = || format!("can't read {}", path.display());
        for entry in path.read_dir().with_context(seen)? {
            let entry = entry.with_context(seen)?;
            // What a link names is found where it is, if it is deployed.
            if !entry.file_type().with_context(seen)?.is_symlink() {
                open.push(entry.path());
            }
        }
    }
    Ok(files)
}

/// `55d0-55d1 r-xp 00001000 fe:00 1234   /usr/bin/true`
fn file_of(line: &str) -> Option<PathBuf> {
    let at = line.find('/')?;
    Some(PathBuf::from(&line[at..]))
}

fn warm(path: &Path) -> io::Result<()> {
    io::copy(&mut File::open(path)?, &mut io::sink()).map(drop)
}

/// What other processes have mapped, as they have libc, stays where it is.
fn evict(path: &Path) -> io::Result<()> {
    let file = File::open(path)?;
    // A page that is not on the disk yet would stay.
    file.sync_data()?;
    Ok(posix_fadvise(&file, 0, 0, PosixFadviseAdvice::POSIX_FADV_DONTNEED)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_mapped_its_own_executable() {
        let own = std::env::current_exe().unwrap();
        assert!(mapped(std::process::id()).unwrap().contains(&own));
    }

    #[test]
    fn folders_are_searched_to_their_end() {
        let own = Path::new(env!("CARGO_MANIFEST_DIR"));
        let files = below(&[own.join("src/cold"), own.join("Cargo.toml")]).unwrap();
        for name in ["src/cold/page_cache.rs", "Cargo.toml"] {
            assert!(files.contains(&own.join(name)), "{files:?}");
        }
        assert!(below(&[own.join("src")]).unwrap().contains(&own.join("src/cold/mod.rs")));
    }

    #[test]
    fn lines_without_a_file_name_none() {
        assert_eq!(file_of("7ff0-7ff1 rw-p 00000000 00:00 0   [stack]"), None);
        let line = "55d0-55d1 r-xp 00001000 fe:00 1234   /opt/a b";
        assert_eq!(file_of(line), Some("/opt/a b".into()));
    }
}
