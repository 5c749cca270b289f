//! What a sandbox prints, line by line.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::unix::pipe;

use crate::LogLine;
use crate::runtime_api::Category;

/// How many lines of one sandbox are kept.
const KEPT: usize = 10_000;

/// How long one line may be, in bytes; a longer one is cut in two.
const MAX_LINE_BYTES: usize = 256 * 1024;

/// Who hears of every line, and what printed it; nothing did if the platform says it itself.
type Sink = Arc<dyn Fn(&LogLine, Option<Category>) + Send + Sync>;

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

/// The read end of what a process prints to.
#[derive(Debug)]
pub(super) struct Pipe {
    /// Tells when there is something to read.
    receiver: pipe::Receiver,
    /// The same pipe, read whether or not tokio has heard that there is something.
    direct: File,
    is_error: bool,
    category: Category,
    reading: Mutex<Reading>,
}

#[derive(Debug)]
struct Reading {
    /// The beginning of a line whose end has not come.
    partial: Vec<u8>,
    /// What is read at once; kept, since most looks find nothing and clearing it would cost more.
    buffer: Box<[u8]>,
}

impl Logs {
    /// Reads what processes print, after what was in the log before.
    pub(super) fn new(pipes: Vec<Pipe>, earlier: Vec<LogLine>, sink: Sink) -> Self {
        let lines = Mutex::new(Lines { kept: earlier.into(), dropped: 0 });
        Self { pipes, lines, sink }
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
        self.keep(LogLine { text, is_error: false, is_platform: true }, None);
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
        let mut reading = pipe.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let Reading { partial, buffer } = &mut *reading;
        loop {
            match read(buffer) {
                Ok(0) => {
                    if !partial.is_empty() {
                        self.add(&std::mem::take(partial), pipe);
                    }
                    return true;
                }
                Ok(length) => self.split(&buffer[..length], partial, pipe),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return error.kind() != io::ErrorKind::WouldBlock,
            }
        }
    }

    fn split(&self, bytes: &[u8], partial: &mut Vec<u8>, pipe: &Pipe) {
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            partial.extend_from_slice(piece);
            if piece.ends_with(b"\n") || partial.len() >= MAX_LINE_BYTES {
                self.add(&std::mem::take(partial), pipe);
            }
        }
    }

    fn add(&self, line: &[u8], pipe: &Pipe) {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let text = String::from_utf8_lossy(line).into_owned();
        let line = LogLine { text, is_error: pipe.is_error, is_platform: false };
        self.keep(line, Some(pipe.category));
    }

    fn keep(&self, line: LogLine, category: Option<Category>) {
        (self.sink)(&line, category);
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
    pub(super) fn new(fd: OwnedFd, is_error: bool, category: Category) -> io::Result<Self> {
        let direct = File::from(fd.try_clone()?);
        Ok(Self {
            // Makes the pipe non-blocking, for both.
            receiver: pipe::Receiver::from_owned_fd(fd)?,
            direct,
            is_error,
            category,
            reading: Mutex::new(Reading { partial: Vec::new(), buffer: vec![0; 8192].into() }),
        })
    }
}
