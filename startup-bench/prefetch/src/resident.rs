//! Is a page in the kernel's cache?

use std::fs::File;
use std::io::{self, IoSliceMut};

use rustix::io::{Errno, ReadWriteFlags, preadv2};

/// Is this byte of the file in the page cache, so that reading it does not wait for a disk? Where it
/// is not, the kernel may take the question as a reason to read it.
///
/// # Errors
/// If the file can't be read, or its file system can't tell.
pub fn is_resident(file: &File, offset: u64) -> io::Result<bool> {
    let mut byte = [0];
    let mut into = [IoSliceMut::new(&mut byte)];
    match preadv2(file, &mut into, offset, ReadWriteFlags::NOWAIT) {
        Ok(_) => Ok(true),
        Err(Errno::AGAIN) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
