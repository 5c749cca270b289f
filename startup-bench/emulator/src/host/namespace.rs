//! Namespaces of a thread, which the processes that it starts inherit.
//!
//! A thread can leave the namespaces of its process; so there is no need for a helper process or
//! for code between fork and exec.

#[cfg(target_os = "linux")]
pub(crate) use linux::*;
#[cfg(not(target_os = "linux"))]
pub(crate) use none::*;

#[cfg(target_os = "linux")]
mod linux {
    use std::fs::File;
    use std::io;
    use std::path::Path;

    use nix::mount::{MsFlags, mount};
    use nix::sched::{CloneFlags, setns, unshare};

    /// Gives this thread mounts of its own, of which the rest of the machine sees nothing.
    pub(crate) fn leave_mounts() -> io::Result<()> {
        unshare(CloneFlags::CLONE_NEWNS)?;
        // Without this, what is mounted here would be mounted everywhere.
        let flags = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
        mount(None::<&str>, "/", None::<&str>, flags, None::<&str>)?;
        Ok(())
    }

    /// Shows a file or folder in another place too, to this thread only.
    pub(crate) fn bind(from: &Path, to: &Path) -> io::Result<()> {
        mount(Some(from), to, None::<&str>, MsFlags::MS_BIND | MsFlags::MS_REC, None::<&str>)?;
        Ok(())
    }

    /// Shows this thread the devices of its network in `/sys`, once it has mounts of its own.
    pub(crate) fn mount_devices() -> io::Result<()> {
        mount(Some("sysfs"), "/sys", Some("sysfs"), MsFlags::empty(), None::<&str>)?;
        Ok(())
    }

    /// Gives this thread a network of its own, with nothing in it.
    pub(crate) fn leave_network() -> io::Result<()> {
        unshare(CloneFlags::CLONE_NEWNET)?;
        Ok(())
    }

    /// The network that this thread is in.
    pub(crate) fn network() -> io::Result<File> {
        File::open("/proc/thread-self/ns/net")
    }

    /// Takes this thread into a network.
    pub(crate) fn enter_network(network: &File) -> io::Result<()> {
        setns(network, CloneFlags::CLONE_NEWNET)?;
        Ok(())
    }
}

#[cfg(not(target_os = "linux"))]
mod none {
    use std::fs::File;
    use std::io;
    use std::path::Path;

    pub(crate) fn leave_mounts() -> io::Result<()> {
        Err(unsupported())
    }

    pub(crate) fn bind(_from: &Path, _to: &Path) -> io::Result<()> {
        Err(unsupported())
    }

    pub(crate) fn mount_devices() -> io::Result<()> {
        Err(unsupported())
    }

    pub(crate) fn leave_network() -> io::Result<()> {
        Err(unsupported())
    }

    pub(crate) fn network() -> io::Result<File> {
        Err(unsupported())
    }

    pub(crate) fn enter_network(_network: &File) -> io::Result<()> {
        Err(unsupported())
    }

    fn unsupported() -> io::Error {
        io::Error::new(io::ErrorKind::Unsupported, "this system has no namespaces")
    }
}
