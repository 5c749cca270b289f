//! What this machine can do for sandboxes, and what it can't.

mod cgroup;
mod connection;
mod limits;
mod namespace;
mod network;
mod owner;
mod place;
mod scratch;
mod slot;

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

pub(crate) use network::Inside;
pub(crate) use place::{Place, Wanted};
pub(crate) use slot::{Slot, Slots};

pub use limits::{Feature, Limit};

use cgroup::Cgroups;
use network::Network;
use scratch::Folder;

/// What all emulators of this process share: its cgroups and its folder. What is in them is
/// removed with the last emulator.
#[derive(Debug)]
pub(crate) struct Host {
    cgroups: Cgroups,
    folder: Result<Folder, String>,
    /// Why a thread can't have mounts of its own.
    mounts: Result<(), String>,
    /// Made when the first emulator wants it, or why there is none.
    network: OnceLock<Result<Network, String>>,
    count: AtomicU64,
}

impl Host {
    /// This machine, which is looked at once. What dead emulators left on it is removed each time.
    pub(crate) fn current() -> Arc<Self> {
        static CURRENT: Mutex<Weak<Host>> = Mutex::new(Weak::new());
        let mut current = CURRENT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(host) = current.upgrade() {
            host.cgroups.remove_leftovers();
            scratch::remove_leftovers();
            return host;
        }
        scratch::remove_leftovers();
        let host = Arc::new(Self::look());
        host.cgroups.remove_leftovers();
        *current = Arc::downgrade(&host);
        host
    }

    fn look() -> Self {
        Self {
            cgroups: Cgroups::find(),
            folder: Folder::new().map_err(|error| error.to_string()),
            mounts: aside(namespace::leave_mounts),
            network: OnceLock::new(),
            count: AtomicU64::new(0),
        }
    }

    /// The network between sandboxes and this machine, or why there can't be one.
    pub(crate) fn network(&self) -> Result<&Network, &str> {
        self.network.get_or_init(|| aside(Network::new)).as_ref().map_err(String::as_str)
    }

    /// A name that no other place of this process has.
    fn next_name(&self) -> String {
        self.count.fetch_add(1, Ordering::Relaxed).to_string()
    }

    /// Whether sandboxes find another `/tmp` than everyone else.
    pub(crate) fn has_own_tmp(&self) -> bool {
        self.folder.is_ok() && self.mounts.is_ok()
    }

    /// What has to stay visible in a sandbox's `/tmp`.
    pub(crate) fn hidden<'a>(
        &self,
        paths: impl Iterator<Item = &'a std::path::Path>,
    ) -> Vec<PathBuf> {
        if self.has_own_tmp() { scratch::hidden(paths) } else { Vec::new() }
    }
}

/// Does something on a thread that keeps nothing but goes away.
fn aside<T: Send + 'static>(what: fn() -> io::Result<T>) -> Result<T, String> {
    let tried = std::thread::spawn(what).join();
    tried.map_or_else(|_| Err("it panicked".to_owned()), |r| r.map_err(|e| e.to_string()))
}
