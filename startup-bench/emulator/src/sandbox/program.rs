//! Whether a file can be a program, before the first invocation depends on it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use nix::unistd::{AccessFlags, access};

/// How much of a file says what it is: an ELF's header, a script's first line as Linux reads it.
const HEAD_BYTES: u64 = 256;

/// Where in an ELF's header its machine is, and what of it can't be run here.
const ELF_MACHINE: std::ops::Range<usize> = 18..20;
const OTHER_MACHINES: &[([u8; 2], &str)] = if cfg!(target_arch = "x86_64") {
    &[([183, 0], "arm64")]
} else if cfg!(target_arch = "aarch64") {
    &[([62, 0], "x86_64")]
} else {
    &[]
};

/// Finds what would keep a file from being started, in a sentence. What a loader says only once it
/// runs is not found.
pub(super) fn check(path: &Path) -> Result<(), String> {
    let shown = path.display();
    if !path.is_file() {
        return Err(format!("'{shown}' is no file"));
    }
    if access(path, AccessFlags::X_OK).is_err() {
        return Err(format!("'{shown}' is not executable: chmod +x {shown}"));
    }
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(HEAD_BYTES).read_to_end(&mut head));
    match read {
        Ok(_) => recognise(&head).map_err(|why| format!("'{shown}' {why}")),
        // What can be executed need not be readable.
        Err(_) => Ok(()),
    }
}

fn recognise(head: &[u8]) -> Result<(), String> {
    if let Some(line) = head.strip_prefix(b"#!") {
        return interpreter(line);
    }
    let refused = if cfg!(target_os = "linux") { foreign(head) } else { None };
    match refused {
        Some(why) if !has_other_formats() => Err(why),
        _ => Ok(()),
    }
}

/// Why Linux alone can't run it.
fn foreign(head: &[u8]) -> Option<String> {
    if !head.starts_with(b"\x7fELF") {
        return Some("is no program: it is no binary of Linux and does not begin with '#!'".into());
    }
    let machine = head.get(ELF_MACHINE).unwrap_or_default();
    let (_, other) = OTHER_MACHINES.iter().find(|(other, _)| machine == other)?;
    let own = std::env::consts::ARCH;
    Some(format!("is built for {other}, and this machine is {own}: build it for this one"))
}

/// Checks what is to run a script.
fn interpreter(line: &[u8]) -> Result<(), String> {
    let line = line.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    match line.split_whitespace().next() {
        Some(path) if path.starts_with('/') && !Path::new(path).exists() => {
            Err(format!("is run by {path}, as its first line says, and that is not there"))
        }
        _ => Ok(()),
    }
}

/// Whether Linux was told how to run more than its own, such as other machines' binaries by QEMU.
fn has_other_formats() -> bool {
    let formats = std::fs::read_dir("/proc/sys/fs/binfmt_misc").into_iter().flatten().flatten();
    formats
        .into_iter()
        .any(|format| format.file_name() != "register" && format.file_name() != "status")
}
