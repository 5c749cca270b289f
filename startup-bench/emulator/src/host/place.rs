//! What one sandbox has of this machine: a cgroup and a `/tmp` of its own.

use std::io;
use std::net::SocketAddrV4;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::Host;
use super::cgroup::Cgroup;
use super::connection::Connection;
use super::namespace;
use super::scratch::Scratch;

/// What a function's sandboxes are to have.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) memory_bytes: u64,
    /// While it starts.
    pub(crate) init_cpus: f64,
    /// What of `/tmp` they see.
    pub(crate) shared: Vec<PathBuf>,
    /// What of this machine they reach, if they have a network of their own.
    pub(crate) network: Option<Vec<SocketAddrV4>>,
}

/// The place of one sandbox; removed, with all that runs in it, when this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    cgroup: Mutex<Option<Cgroup>>,
    scratch: Mutex<Option<Scratch>>,
    has_own_tmp: bool,
    connection: Connection,
    /// The thread that started the process, until it is known to have ended.
    thread: Mutex<Option<JoinHandle<()>>>,
    /// What the cgroup counted until it was removed.
    last: Mutex<Counted>,
    /// Whose folders it is in, so that they are removed after it.
    _host: Arc<Host>,
}

/// What a cgroup counts.
#[derive(Clone, Copy, Debug, Default)]
struct Counted {
    cpu_time: Option<Duration>,
    peak_memory_bytes: Option<u64>,
    ran_out_of_memory: bool,
}

impl Place {
    /// Makes a place and takes this thread into it.
    pub(super) fn enter(host: Arc<Host>, wanted: &Wanted) -> io::Result<Self> {
        let name = host.next_name();
        // Before the cgroup, which would count what this takes.
        let connection = Connection::plug(&host, wanted)?;
        let cgroup = Cgroup::new(&host.cgroups, &name)?;
        if let Some(cgroup) = &cgroup {
            cgroup.limit_memory(wanted.memory_bytes)?;
            cgroup.limit_cpu(wanted.init_cpus)?;
        }
        let scratch = host.folder.as_ref().ok().map(|folder| Scratch::new(folder, &name));
        let scratch = scratch.transpose()?;
        if let Some(scratch) = scratch.as_ref().filter(|_| host.has_own_tmp()) {
            namespace::leave_mounts()?;
            scratch.mount(&wanted.shared)?;
        }
        if let Some(cgroup) = &cgroup {
            cgroup.enter().inspect_err(|_| cgroup.leave())?;
        }
        Ok(Self {
            cgroup: Mutex::new(cgroup),
            scratch: Mutex::new(scratch),
            has_own_tmp: host.has_own_tmp(),
            connection,
            thread: Mutex::default(),
            last: Mutex::default(),
            _host: host,
        })
    }

    /// Takes this thread out of it.
    pub(super) fn leave(&self) {
        if let Some(cgroup) = lock(&self.cgroup).as_ref() {
            cgroup.leave();
        }
    }

    /// Remembers the thread that will have left it when something is frozen.
    pub(super) fn left_by(&self, thread: JoinHandle<()>) {
        *lock(&self.thread) = Some(thread);
    }

    /// What `TMPDIR` is to be, where `/tmp` is not the sandbox's own.
    pub(crate) fn tmpdir(&self) -> Option<PathBuf> {
        let scratch = lock(&self.scratch);
        scratch.as_ref().filter(|_| !self.has_own_tmp).map(|scratch| scratch.path().to_owned())
    }

    /// Whether `/tmp` is the sandbox's own.
    pub(crate) fn has_own_tmp(&self) -> bool {
        self.has_own_tmp
    }

    /// What connects it.
    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The file by which a process joins the cgroup, where a thread could not.
    pub(crate) fn door(&self) -> Option<PathBuf> {
        lock(&self.cgroup).as_ref().and_then(Cgroup::door)
    }

    /// The cgroup, for the guard.
    pub(crate) fn cgroup(&self) -> Option<PathBuf> {
        lock(&self.cgroup).as_ref().and_then(Cgroup::path).map(Path::to_owned)
    }

    /// Freezes or thaws by the cgroup; tells whether there is one that can.
    pub(crate) fn set_frozen(&self, is_frozen: bool) -> io::Result<bool> {
        // A thread of this process that stood still might hold a lock that all others need.
        if let Some(thread) = lock(&self.thread).take() {
            drop(thread.join());
        }
        match lock(&self.cgroup).as_ref().filter(|cgroup| cgroup.has_freezer()) {
            Some(cgroup) => cgroup.set_frozen(is_frozen).map(|()| true),
            None => Ok(false),
        }
    }

    /// Whether the cgroup has come to stand still.
    pub(crate) fn is_still(&self) -> bool {
        lock(&self.cgroup).as_ref().is_none_or(Cgroup::is_still)
    }

    /// How many CPUs it may have.
    pub(crate) fn limit_cpu(&self, cpus: f64) -> io::Result<()> {
        lock(&self.cgroup).as_ref().map_or(Ok(()), |cgroup| cgroup.limit_cpu(cpus))
    }

    /// The CPU time so far; none without a cgroup that counts it.
    pub(crate) fn cpu_time(&self) -> Option<Duration> {
        let cgroup = lock(&self.cgroup);
        cgroup.as_ref().map_or_else(|| lock(&self.last).cpu_time, Cgroup::cpu_time)
    }

    /// The most memory so far; none without a cgroup that counts it.
    pub(crate) fn peak_memory_bytes(&self) -> Option<u64> {
        let cgroup = lock(&self.cgroup);
        cgroup
            .as_ref()
            .map_or_else(|| lock(&self.last).peak_memory_bytes, Cgroup::peak_memory_bytes)
    }

    /// Whether a process was killed for want of memory.
    pub(crate) fn ran_out_of_memory(&self) -> bool {
        let cgroup = lock(&self.cgroup);
        cgroup
            .as_ref()
            .map_or_else(|| lock(&self.last).ran_out_of_memory, Cgroup::ran_out_of_memory)
    }

    /// Kills what has left the process group.
    pub(crate) fn kill(&self) {
        if let Some(cgroup) = lock(&self.cgroup).as_ref() {
            cgroup.kill();
        }
    }

    /// Removes it; may take as long as its processes need to end.
    pub(crate) fn remove(&self) {
        let mut cgroup = lock(&self.cgroup);
        if let Some(cgroup) = cgroup.as_ref() {
            *lock(&self.last) = Counted {
                cpu_time: cgroup.cpu_time(),
                peak_memory_bytes: cgroup.peak_memory_bytes(),
                ran_out_of_memory: cgroup.ran_out_of_memory(),
            };
        }
        let removed = cgroup.take();
        drop(cgroup);
        drop(removed);
        drop(lock(&self.scratch).take());
        self.connection.remove();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
