//! Counts of a run under valgrind. The program measured is the program shipped: nothing in it counts.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::contenders::IGNORE_STAGE;

/// Instructions that `program translate event events` executes, by callgrind.
pub(crate) fn instructions(program: &Path, event: &Path, events: u32) -> Result<u64> {
    let log =
        valgrind(&["--tool=callgrind", "--callgrind-out-file=/dev/null"], program, event, events)?;
    collected(&log)
}

/// The instructions of all processes that callgrind has reported in a log.
pub(crate) fn collected(log: &str) -> Result<u64> {
    let counts: Vec<&str> = log.lines().filter(|line| line.contains("Collected : ")).collect();
    ensure!(!counts.is_empty(), "callgrind printed no `Collected : `");
    counts.into_iter().map(|line| number_after(line, "Collected : ")).sum()
}

/// What a run did with the heap.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heap {
    /// Blocks allocated; a reallocation counts as one.
    pub(crate) blocks: u64,
    /// The most bytes that were allocated at one time.
    pub(crate) peak: u64,
}

/// What `program translate event events` does with the heap, by DHAT.
pub(crate) fn heap(program: &Path, event: &Path, events: u32) -> Result<Heap> {
    let log = valgrind(&["--tool=dhat", "--dhat-out-file=/dev/null"], program, event, events)?;
    let total = line_with(&log, "Total:")?;
    let peak = line_with(&log, "At t-gmax:")?;
    Ok(Heap { blocks: number_after(total, "bytes in ")?, peak: number_after(peak, "At t-gmax: ")? })
}

fn valgrind(tool: &[&str], program: &Path, event: &Path, events: u32) -> Result<String> {
    let output = Command::new("valgrind")
        .args(tool)
        .arg(program)
        .arg("translate")
        .arg(event)
        .arg(events.to_string())
        .envs([IGNORE_STAGE])
        .stdout(Stdio::null())
        .output()
        .context("can't start valgrind (Debian: apt-get install valgrind)")?;
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        bail!("{} failed under valgrind:\n{log}", program.display());
    }
    Ok(log)
}

fn line_with<'a>(log: &'a str, label: &str) -> Result<&'a str> {
    log.lines()
        .find(|line| line.contains(label))
        .with_context(|| format!("valgrind printed no `{label}`"))
}

/// The number, perhaps with thousands' commas, behind `label`.
fn number_after(text: &str, label: &str) -> Result<u64> {
    let (_, rest) =
        text.split_once(label).with_context(|| format!("valgrind printed no `{label}`"))?;
    let digits: String = rest
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == ',')
        .filter(|c| *c != ',')
        .collect();
    digits.parse().with_context(|| format!("no number behind `{label}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_with_their_commas() {
        let log = "==7== Total:     12,345 bytes in 67 blocks";
        assert_eq!(number_after(log, "bytes in ").unwrap(), 67);
        assert_eq!(number_after(log, "Total:     ").unwrap(), 12_345);
    }

    #[test]
    fn the_counts_of_all_processes_are_added() {
        let log = "==7== Collected : 1000\n==7==\n==8== Collected : 234\n";
        assert_eq!(collected(log).unwrap(), 1_234);
        assert!(collected("==7== Command: x").is_err());
    }
}
