//! The package that was built: its size and its processor.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::{Finding, error, warning};
use crate::deployment::Deployment;
use crate::settings::Architecture;

/// What cargo-lambda left: the executable `bootstrap`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Where it is.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// For which processor it is, if it is an ELF executable of one that Lambda has.
    pub architecture: Option<Architecture>,
}

/// Lambda's limit for all files of a package.
const MOST_BYTES: u64 = 250 * 1024 * 1024;

/// Beyond that, a cold start is felt: Lambda fetches the package first.
const LARGE_BYTES: u64 = 50 * 1024 * 1024;

impl Package {
    /// Looks at an executable; `None` if there is none.
    #[must_use]
    pub fn find(path: &Path) -> Option<Self> {
        let mut file = File::open(path).ok()?;
        let bytes = file.metadata().ok()?.len();
        let mut head = [0; 20];
        let architecture = file.read_exact(&mut head).ok().and_then(|()| architecture(head));
        Some(Self { path: path.to_owned(), bytes, architecture })
    }
}

/// The machine of a little-endian 64-bit ELF header.
fn architecture(head: [u8; 20]) -> Option<Architecture> {
    if !head.starts_with(b"\x7fELF\x02\x01") {
        return None;
    }
    match u16::from_le_bytes([head[18], head[19]]) {
        62 => Some(Architecture::X86_64),
        183 => Some(Architecture::Arm64),
        _ => None,
    }
}

pub(super) fn check(deployment: &Deployment, package: &Package, findings: &mut Vec<Finding>) {
    let path = package.path.display();
    let megabytes = package.bytes / 1024 / 1024;
    if package.bytes > MOST_BYTES {
        findings.push(error(
            "package-size",
            "",
            format!("{path} has {megabytes} MB, Lambda takes 250 MB"),
            "build with --profile function, which strips it; load data from S3",
        ));
    } else if package.bytes > LARGE_BYTES {
        findings.push(warning(
            "package-size",
            "",
            format!("{path} has {megabytes} MB, which every cold start has to fetch"),
            "build with --profile function, which strips it; look for what is embedded",
        ));
    }
    let wanted = deployment.settings.architecture;
    match package.architecture {
        Some(built) if built == wanted => {}
        Some(built) => findings.push(error(
            "package-architecture",
            "architecture",
            format!("{path} is for {}, the settings say {}", built.as_str(), wanted.as_str()),
            "build again: target/lambda holds one architecture at a time",
        )),
        None => findings.push(error(
            "package-architecture",
            "architecture",
            format!("{path} is no Linux executable for Lambda's processors"),
            "build with cargo lambda build",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_is_read_from_the_executable() {
        let header = |machine: u8| {
            let mut head = [0; 20];
            head[..6].copy_from_slice(b"\x7fELF\x02\x01");
            head[18] = machine;
            head
        };
        assert_eq!(architecture(header(62)), Some(Architecture::X86_64));
        assert_eq!(architecture(header(183)), Some(Architecture::Arm64));
        assert_eq!(architecture(header(243)), None);
        assert_eq!(architecture(*b"#!/bin/sh\necho hello"), None);
    }
}
