//! What a sandbox prints, line by line.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::unix::pipe;

use crate::LogLine;

/// How many lines of one sandbox are kept.
const KEPT: usize = 10_000;

/// How long one line may be, in bytes; a longer one is cut in two.
const MAX_LINE_BYTES: usize = 256 * 1024;

type Sink = Arc<dyn Fn(&LogLine) + Send + Sync>;

/// The lines of one sandbox.
pub(super) struct Logs {
    pipes: Vec<Pipe>,
    lines: Mutex<Lines>,
    sink: Sink,
}

#[derive(Default)]
struct Lines {
    kept: VecDeque<LogLine>,
    /// How many there were before the kept ones.
    dropped: usize,
}

struct Pipe {
    /// Tells when there is something to read.
    receiver: pipe::Receiver,
    /// The same pipe, read whether or not tokio has heard that there is something.
    direct: File,
    is_error: bool,
    /// The beginning of a line whose end has not come.
    partial: Mutex<Vec<u8>>,
}

impl Logs {
    /// Takes the read ends of a process's standard output and error, and what was in the log
    /// before.
    pub(super) fn new(
        output: Option<OwnedFd>,
        error: Option<OwnedFd>,
        earlier: Vec<LogLine>,
        sink: Sink,
    ) -> io::Result<Self> {
        let mut pipes = Vec::new();
        for (fd, is_error) in [(output, false), (error, true)] {
            if let Some(fd) = fd {
                pipes.push(Pipe::new(fd, is_error)?);
            }
        }
        let lines = Mutex::new(Lines { kept: earlier.into(), dropped: 0 });
        Ok(Self { pipes, lines, sink })
    }

    /// Reads until the process and all its children have closed their ends.
    pub(super) async fn read(self: Arc<Self>) {
        let mut readers = tokio::task::JoinSet::new();
        for index in 0..self.pipes.len() {
            let logs = self.clone();
            readers.spawn(async move {
                let pipe = &logs.pipes[index];
                while pipe.receiver.readable().await.is_ok() {
                    if logs.drain(pipe, |buffer| pipe.receiver.try_read(buffer)) {
                        break;
                    }
                }
            });
        }
        while readers.join_next().await.is_some() {}
    }

    /// Reads what is there already, so that nothing printed before this moment is missing.
    pub(super) fn catch_up(&self) {
        for pipe in &self.pipes {
            self.drain(pipe, |buffer| (&pipe.direct).read(buffer));
        }
    }

    /// Adds a line of the platform's own.
    pub(super) fn say(&self, text: String) {
        self.keep(LogLine { text, is_error: false, is_platform: true });
    }

    /// How many lines there were so far.
    pub(super) fn count(&self) -> usize {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.dropped + lines.kept.len()
    }

    /// The lines from the one with this number on.
    pub(super) fn since(&self, number: usize) -> Vec<LogLine> {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let skipped = number.saturating_sub(lines.dropped);
        lines.kept.iter().skip(skipped).cloned().collect()
    }

    /// Reads until the pipe is empty or ends; tells whether it ended.
    fn drain(&self, pipe: &Pipe, mut read: impl FnMut(&mut [u8]) -> io::Result<usize>) -> bool {
        let mut partial = pipe.partial.lock().unwrap_or_else(PoisonError::into_inner);
        let mut buffer = [0; 8192];
        loop {
            match read(&mut buffer) {
                Ok(0) => {
                    if !partial.is_empty() {
                        self.add(&std::mem::take(&mut *partial), pipe.is_error);
                    }
                    return true;
                }
                Ok(length) => self.split(&buffer[..length], &mut partial, pipe.is_error),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return error.kind() != io::ErrorKind::WouldBlock,
            }
        }
    }

    fn split(&self, bytes: &[u8], partial: &mut Vec<u8>, is_error: bool) {
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            partial.extend_from_slice(piece);
            if piece.ends_with(b"\n") || partial.len() >= MAX_LINE_BYTES {
                self.add(&std::mem::take(partial), is_error);
            }
        }
    }

    fn add(&self, line: &[u8], is_error: bool) {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let text = String::from_utf8_lossy(line).into_owned();
        self.keep(LogLine { text, is_error, is_platform: false });
    }

    fn keep(&self, line: LogLine) {
        (self.sink)(&line);
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.kept.len() == KEPT {
            lines.kept.pop_front();
            lines.dropped += 1;
        }
        lines.kept.push_back(line);
    }
}

impl std::fmt::Debug for Logs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Logs").field("count", &self.count()).finish_non_exhaustive()
    }
}

impl Pipe {
    fn new(fd: OwnedFd, is_error: bool) -> io::Result<Self> {
        let direct = File::from(fd.try_clone()?);
        Ok(Self {
            // Makes the pipe non-blocking, for both.
            receiver: pipe::Receiver::from_owned_fd(fd)?,
            direct,
            is_error,
            partial: Mutex::default(),
        })
    }
}
