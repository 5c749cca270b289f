//! Which pages of its program a process has touched, seen from outside.

use std::fs::File;
use std::num::NonZeroU64;
use std::os::unix::fs::FileExt;
use std::path::Path;

use anyhow::{Context, Result};
use lambdafy_prefetch::Range;
use nix::unistd::{SysconfVar, sysconf};

/// Parts that lie so near each other are read as one: a disk has read the gap by the time that it has
/// understood another request. It is half of what the kernel reads ahead by itself.
const GAP: u64 = 64 * 1024;

/// An entry of `/proc/PID/pagemap`: of one page, in the machine's byte order.
const ENTRY: u64 = 8;
/// The page is in memory, or was and is swapped out.
const PRESENT: u64 = 0b11 << 62;
/// It is still the file's own: not yet written to.
const UNCHANGED: u64 = 1 << 61;

/// One line of `/proc/PID/maps` that is about a file.
#[derive(Debug, PartialEq, Eq)]
struct Mapping {
    begin: u64,
    end: u64,
    offset: u64,
}

/// The touched pages of this program in this process, joined where they lie near each other. First
/// come those that were written to: the dynamic linker, which runs first, puts addresses there. The
/// kernel maps up to 16 pages around one that is touched, if it has them: those count too.
///
/// # Errors
/// If `/proc` does not show them.
pub(super) fn touched(pid: u32, program: &Path) -> Result<Vec<Range>> {
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps"))
        .context("the files that the function has mapped")?;
    let pagemap = File::open(format!("/proc/{pid}/pagemap")).context("the function's pages")?;
    let page = sysconf(SysconfVar::PAGE_SIZE)?.context("the size of a page")?;
    let page = NonZeroU64::new(page.try_into()?).context("the size of a page")?;
    let size = program.metadata().context("the function's program")?.len();
    let (mut written, mut others) = (Vec::new(), Vec::new());
    for mapping in maps.lines().filter_map(|line| mapping(line, program)) {
        let mut entries = vec![0; usize::try_from((mapping.end - mapping.begin) / page * ENTRY)?];
        pagemap
            .read_exact_at(&mut entries, mapping.begin / page * ENTRY)
            .context("the function's pages")?;
        for (range, is_written) in present(&entries, mapping.offset, page, size) {
            if is_written { written.push(range) } else { others.push(range) }
        }
    }
    let mut ranges = Range::joined(written, GAP);
    ranges.extend(Range::joined(others, GAP));
    Ok(ranges)
}

/// The parts of the file that are in memory, and whether each was written to.
fn present(entries: &[u8], offset: u64, page: NonZeroU64, size: u64) -> Vec<(Range, bool)> {
    let (entries, _) = entries.as_chunks::<8>();
    let places = (offset..).step_by(usize::try_from(page.get()).unwrap_or(usize::MAX));
    let part = |(entry, at): (&[u8; 8], u64)| {
        let entry = u64::from_ne_bytes(*entry);
        let length = NonZeroU64::new(page.get().min(size.checked_sub(at)?))?;
        (entry & PRESENT != 0).then_some((Range { offset: at, length }, entry & UNCHANGED == 0))
    };
    entries.iter().zip(places).filter_map(part).collect()
}

/// `55d0-55d1 r-xp 00001000 fe:00 1234   /opt/app`, if it is of this file.
fn mapping(line: &str, program: &Path) -> Option<Mapping> {
    let path = line.find('/').map(|at| Path::new(&line[at..]))?;
    if path != program {
        return None;
    }
    let mut fields = line.split_whitespace();
    let (begin, end) = fields.next()?.split_once('-')?;
    let hexadecimal = |text: &str| u64::from_str_radix(text, 16).ok();
    let (begin, end) = (hexadecimal(begin)?, hexadecimal(end)?);
    let offset = hexadecimal(fields.nth(1)?)?;
    (begin < end).then_some(Mapping { begin, end, offset })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_maps_is_read_if_it_is_of_the_program() {
        let line = "55d000-55f000 r-xp 00001000 fe:00 1234   /opt/my app";
        let expected = Mapping { begin: 0x55d_000, end: 0x55f_000, offset: 0x1000 };
        assert_eq!(mapping(line, Path::new("/opt/my app")), Some(expected));
        assert_eq!(mapping(line, Path::new("/opt/app")), None);
        assert_eq!(mapping("7ff0-7ff1 rw-p 00000000 00:00 0   [stack]", Path::new("/x")), None);
    }

    #[test]
    fn pages_in_memory_are_parts_of_the_file_up_to_its_end() {
        let page = NonZeroU64::new(4096).unwrap();
        let entries: Vec<u8> = [1 << 63 | UNCHANGED, 0, 1 << 62, 7]
            .iter()
            .flat_map(|entry: &u64| entry.to_ne_bytes())
            .collect();
        let part = |offset, length| Range { offset, length: NonZeroU64::new(length).unwrap() };
        let parts = [(part(8192, 4096), false), (part(16_384, 1616), true)];
        assert_eq!(present(&entries, 8192, page, 18_000), parts);
        assert_eq!(present(&entries, 8192, page, 8192), []);
    }

    #[test]
    fn this_process_has_touched_a_part_of_its_program() {
        let own = std::env::current_exe().unwrap();
        let ranges = touched(std::process::id(), &own).unwrap();
        let hot: u64 = ranges.iter().map(|range| range.length.get()).sum();
        assert!(hot > 0 && hot <= own.metadata().unwrap().len(), "{ranges:?}");
        assert!(
            ranges.iter().any(|range| range.offset == 0),
            "its head is always read: {ranges:?}"
        );
    }
}
