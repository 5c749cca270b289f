//! What Linux tells about a sandbox's processes; elsewhere nothing is known.

use std::path::{Path, PathBuf};

/// The state of a listening socket in `/proc/net/tcp`.
const LISTEN: &str = "0A";

/// How much memory a process and its descendants have resident, in bytes.
pub(super) fn memory_bytes(pid: u32) -> Option<u64> {
    family(pid).iter().map(|pid| resident_bytes(*pid)).sum()
}

/// A TCP port that a process or one of its descendants listens on.
pub(super) fn listening_port(pid: u32) -> Option<u16> {
    let sockets: Vec<PathBuf> = family(pid).into_iter().flat_map(sockets).collect();
    ["tcp", "tcp6"].into_iter().find_map(|table| {
        let table = std::fs::read_to_string(of(pid).join("net").join(table)).ok()?;
        table.lines().find_map(|line| {
            let (port, inode) = listener(line)?;
            let socket = PathBuf::from(format!("socket:[{inode}]"));
            sockets.contains(&socket).then_some(port)
        })
    })
}

/// A process and its descendants.
fn family(pid: u32) -> Vec<u32> {
    let mut family = vec![pid];
    let mut known = 0;
    while let Some(&parent) = family.get(known) {
        known += 1;
        let children = of(parent).join("task").join(parent.to_string()).join("children");
        let children = std::fs::read_to_string(children).unwrap_or_default();
        family.extend(children.split_whitespace().filter_map(|pid| pid.parse::<u32>().ok()));
    }
    family
}

fn resident_bytes(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(of(pid).join("status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// What a process's open sockets are called.
fn sockets(pid: u32) -> Vec<PathBuf> {
    let Ok(files) = of(pid).join("fd").read_dir() else {
        return Vec::new();
    };
    let files = files.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
    files.filter(|target| target.to_string_lossy().starts_with("socket:")).collect()
}

/// The port and the inode of a line of `/proc/net/tcp`, if its socket listens.
fn listener(line: &str) -> Option<(u16, u64)> {
    let mut fields = line.split_whitespace();
    let (_, port) = fields.nth(1)?.rsplit_once(':')?;
    let is_listening = fields.nth(1)? == LISTEN;
    let inode = fields.nth(5)?.parse().ok()?;
    is_listening.then_some((u16::from_str_radix(port, 16).ok()?, inode))
}

fn of(pid: u32) -> PathBuf {
    Path::new("/proc").join(pid.to_string())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_memory_and_listens_where_it_listens() {
        let pid = std::process::id();
        assert!(memory_bytes(pid).unwrap() > 1024 * 1024);
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        assert_eq!(listening_port(pid), Some(listener.local_addr().unwrap().port()));
    }

    #[test]
    fn only_listening_sockets_count() {
        let line = |state| {
            format!(
                "   0: 0100007F:1F90 00000000:0000 {state} 00000000:00000000 00:00000000 00000000     0        0 4242 1 00 100 0 0 10 0"
            )
        };
        assert_eq!(listener(&line("0A")), Some((8080, 4242)));
        assert_eq!(listener(&line("01")), None);
    }
}
