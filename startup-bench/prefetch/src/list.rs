//! The list itself: written, read, compared with its file, and followed.

use std::fmt;
use std::fs::File;
use std::io;
use std::num::NonZeroU64;
use std::os::unix::fs::FileExt;

use rustix::fs::{Advice, fadvise};

const BEGIN: &str = "lambdafy-prefetch 1";

/// What of a file's beginning is hashed.
const HEAD_BYTES: usize = 4096;

/// The hot pages of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// The file's size in bytes.
    size: u64,
    /// A hash of its first page.
    head: u64,
    ranges: Vec<Range>,
}

/// A part of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// Where it begins, in bytes.
    pub offset: u64,
    /// How long it is, in bytes.
    pub length: NonZeroU64,
}

/// The list is of another file, as it is after a new build.
#[derive(Debug)]
pub struct StaleList;

impl List {
    /// The list of this file.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn of(file: &File, ranges: Vec<Range>) -> io::Result<Self> {
        Ok(Self { size: file.metadata()?.len(), head: head(file)?, ranges })
    }

    /// Reads a list; the error says what is wrong with it.
    ///
    /// # Errors
    /// If it is not one.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut lines = text.lines();
        if lines.next() != Some(BEGIN) {
            return Err(format!("it does not begin with '{BEGIN}'"));
        }
        let mut field = |name: &str, radix| {
            let line = lines.next().and_then(|line| line.strip_prefix(name)?.strip_prefix(' '));
            let value = line.and_then(|value| u64::from_str_radix(value, radix).ok());
            value.ok_or_else(|| format!("it has no '{name}'"))
        };
        let (size, head) = (field("size", 10)?, field("head", 16)?);
        let ranges = lines.map(|line| {
            let (offset, length) = line.split_once(' ')?;
            Some(Range { offset: offset.parse().ok()?, length: length.parse().ok()? })
        });
        let ranges: Option<Vec<_>> = ranges.collect();
        Ok(Self { size, head, ranges: ranges.ok_or("a line is not an offset and a length")? })
    }

    /// The parts, in order.
    #[must_use]
    pub fn ranges(&self) -> &[Range] {
        &self.ranges
    }

    /// How many bytes they are together.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.ranges.iter().map(|range| range.length.get()).fold(0, u64::saturating_add)
    }

    /// Is it of this file?
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn is_of(&self, file: &File) -> io::Result<bool> {
        Ok(file.metadata()?.len() == self.size && head(file)? == self.head)
    }

    /// Asks the kernel to read the parts into its cache. It does that meanwhile: who touches a page
    /// that is on its way waits for that page only.
    ///
    /// # Errors
    /// If the file can't be read, or its file system does not read ahead.
    pub fn read_ahead(&self, file: &File) -> io::Result<()> {
        for Range { offset, length } in &self.ranges {
            fadvise(file, *offset, Some(*length), Advice::WillNeed)?;
        }
        Ok(())
    }
}

impl Range {
    /// Joins parts that lie at most `gap` bytes apart, in whatever order they come: reading on is
    /// cheaper than another request.
    #[must_use]
    pub fn joined(mut ranges: Vec<Self>, gap: u64) -> Vec<Self> {
        ranges.sort_unstable_by_key(|range| range.offset);
        let mut joined: Vec<Self> = Vec::new();
        for range in ranges {
            match joined.last_mut() {
                Some(last) if range.offset <= last.end().saturating_add(gap) => {
                    let end = last.end().max(range.end());
                    last.length = NonZeroU64::new(end - last.offset).unwrap_or(last.length);
                }
                _ => joined.push(range),
            }
        }
        joined
    }

    fn end(&self) -> u64 {
        self.offset.saturating_add(self.length.get())
    }
}

/// FNV-1a of the first page.
fn head(file: &File) -> io::Result<u64> {
    let mut bytes = [0; HEAD_BYTES];
    let length = file.read_at(&mut bytes, 0)?;
    Ok(bytes.iter().take(length).fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    }))
}

impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{BEGIN}\nsize {}\nhead {:016x}", self.size, self.head)?;
        let mut ranges = self.ranges.iter();
        ranges.try_for_each(|range| writeln!(f, "{} {}", range.offset, range.length))
    }
}

impl fmt::Display for StaleList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the list is of another build of the app; startup-bench record makes a new one")
    }
}

impl std::error::Error for StaleList {}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn range(offset: u64, length: u64) -> Range {
        Range { offset, length: NonZeroU64::new(length).unwrap() }
    }

    #[test]
    fn a_list_is_read_as_it_was_written() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&[7; 10_000]).unwrap();
        let list = List::of(&file, vec![range(0, 4096), range(8192, 1808)]).unwrap();
        let read = List::parse(&list.to_string()).unwrap();
        assert_eq!((&read, read.bytes()), (&list, 5904));
        assert!(read.is_of(&file).unwrap());
        assert!(read.read_ahead(&file).is_ok());
    }

    #[test]
    fn another_build_is_told_by_its_size_or_its_first_page() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&[7; 10_000]).unwrap();
        let list = List::of(&file, Vec::new()).unwrap();
        let mut longer = tempfile::tempfile().unwrap();
        longer.write_all(&[7; 10_001]).unwrap();
        let mut other = tempfile::tempfile().unwrap();
        other.write_all(&[&[7; 99][..], &[8; 9_901]].concat()).unwrap();
        assert!(!list.is_of(&longer).unwrap() && !list.is_of(&other).unwrap());
    }

    #[test]
    fn what_is_no_list_is_said_to_be_none() {
        for (text, reason) in [
            ("", "does not begin with"),
            ("lambdafy-prefetch 2\nsize 1\nhead 1\n", "does not begin with"),
            ("lambdafy-prefetch 1\nsize x\nhead 1\n", "no 'size'"),
            ("lambdafy-prefetch 1\nsize 1\n", "no 'head'"),
            ("lambdafy-prefetch 1\nsize 1\nhead f\n0\n", "not an offset and a length"),
            ("lambdafy-prefetch 1\nsize 1\nhead f\n0 0\n", "not an offset and a length"),
            ("lambdafy-prefetch 1\nsize 1\nhead f\n-1 5\n", "not an offset and a length"),
        ] {
            let error = List::parse(text).unwrap_err();
            assert!(error.contains(reason), "{text:?}: {error}");
        }
    }

    #[test]
    fn parts_that_lie_near_or_overlap_become_one() {
        let parts = vec![range(100, 50), range(0, 50), range(60, 10), range(120, 10)];
        assert_eq!(Range::joined(parts.clone(), 10), [range(0, 70), range(100, 50)]);
        assert_eq!(Range::joined(parts, 30), [range(0, 150)]);
        let far = vec![range(u64::MAX, 1), range(0, 1)];
        assert_eq!(Range::joined(far.clone(), 1).len(), 2);
    }
}
