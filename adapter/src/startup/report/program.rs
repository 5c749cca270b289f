//! What the dynamic linker had to do before `main`, read from the program's own file.
//!
//! Source: <https://refspecs.linuxfoundation.org/elf/gabi4+/ch5.dynamic.html>

/// The dynamic linker's work, of the program itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Program {
    /// Addresses that were written into its data.
    pub(super) relocations: u64,
    /// Libraries that it names; those may name more.
    pub(super) libraries: u64,
}

#[cfg(target_os = "linux")]
mod elf {
    use std::fs::File;
    use std::os::unix::fs::FileExt;

    use super::Program;

    /// Sizes and tags of 64-bit ELF, little-endian, as every Lambda has it.
    const SEGMENT_BYTES: usize = 56;
    const DYNAMIC: u32 = 2;
    const NEEDED: u64 = 1;
    const PLT_RELOCATION_BYTES: u64 = 2;
    const RELOCATION_BYTES: u64 = 8;
    const RELATIVE_BYTES: u64 = 35;

    impl Program {
        /// Nothing if it is of another form, or linked statically.
        pub(in super::super) fn read() -> Option<Self> {
            let file = File::open("/proc/self/exe").ok()?;
            let header: [u8; 64] = at(&file, 0)?;
            if !header.starts_with(b"\x7fELF\x02\x01") {
                return None;
            }
            let segments = u64::from_le_bytes(header[32..40].try_into().ok()?);
            let count = u16::from_le_bytes(header[56..58].try_into().ok()?);
            (0..u64::from(count)).find_map(|place| {
                let segment: [u8; SEGMENT_BYTES] =
                    at(&file, segments + place * SEGMENT_BYTES as u64)?;
                let kind = u32::from_le_bytes(segment[..4].try_into().ok()?);
                (kind == DYNAMIC).then(|| {
                    let begin = u64::from_le_bytes(segment[8..16].try_into().ok()?);
                    let length = u64::from_le_bytes(segment[32..40].try_into().ok()?);
                    let entries =
                        (0..length / 16).map_while(|place| entry(&file, begin + place * 16));
                    Some(Self::of(entries))
                })?
            })
        }

        fn of(entries: impl Iterator<Item = (u64, u64)>) -> Self {
            let (mut relocations, mut libraries) = (0, 0);
            for (tag, value) in entries {
                match tag {
                    NEEDED => libraries += 1,
                    PLT_RELOCATION_BYTES | RELOCATION_BYTES => relocations += value / 24,
                    // Packed: a word is an address, or tells of 63 more; at least one each.
                    RELATIVE_BYTES => relocations += value / 8,
                    _ => {}
                }
            }
            Self { relocations, libraries }
        }
    }

    /// A tag and its value; nothing at the end.
    fn entry(file: &File, place: u64) -> Option<(u64, u64)> {
        let entry: [u8; 16] = at(file, place)?;
        let tag = u64::from_le_bytes(entry[..8].try_into().ok()?);
        let value = u64::from_le_bytes(entry[8..].try_into().ok()?);
        (tag != 0).then_some((tag, value))
    }

    fn at<const N: usize>(file: &File, place: u64) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        file.read_exact_at(&mut bytes, place).ok()?;
        Some(bytes)
    }
}

#[cfg(not(target_os = "linux"))]
impl Program {
    pub(super) fn read() -> Option<Self> {
        None
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn this_program_has_relocations_and_libraries() {
        let program = Program::read().unwrap();
        assert!(program.relocations > 1000 && program.libraries >= 1, "{program:?}");
    }
}
