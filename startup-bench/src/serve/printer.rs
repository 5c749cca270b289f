//! Prints what happens to standard output, from a thread of its own: a slow terminal must not hold
//! up the emulator.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anstream::{AutoStream, ColorChoice};
use anyhow::Context;
use lambdafy_emulator::Activity;
use serde_json::{Value, json};

use super::advice::Advice;
use super::json::{ms, object};
use super::line::line;

/// How many lines may wait for the terminal; more are counted and left out.
const WAITING: usize = 10_000;

/// How long a sandbox must stand still before that is worth a line for people: under load each
/// does between any two invocations.
const STILL: Duration = Duration::from_millis(200);

/// What is printed of all that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// A line each.
    Lines,
    /// A line for each problem.
    Quiet,
    /// A JSON object each.
    Json,
}

enum Message {
    Happened(Duration, Activity),
    /// Text for people, and what programs get instead.
    Said(Duration, String, Option<Value>),
    End,
}

/// Prints until it is dropped or [`end`](Self::end)ed.
#[derive(Debug)]
pub(super) struct Printer {
    voice: Voice,
    thread: JoinHandle<()>,
}

/// Passes what is to be printed on.
#[derive(Clone, Debug)]
pub(super) struct Voice {
    started: Instant,
    messages: SyncSender<Message>,
    left_out: Arc<AtomicU64>,
}

impl Printer {
    pub(super) fn start(format: Format, started: Instant) -> anyhow::Result<Self> {
        let (messages, received) = sync_channel(WAITING);
        let left_out = Arc::<AtomicU64>::default();
        let voice = Voice { started, messages, left_out: left_out.clone() };
        let writer = Writer {
            format,
            started,
            advice: Advice::default(),
            frozen: Vec::new(),
            text: String::new(),
            left_out,
        };
        let thread = std::thread::Builder::new().name("printer".to_owned());
        let thread = thread.spawn(move || writer.write_all(&received));
        Ok(Self { voice, thread: thread.context("a thread cannot be started")? })
    }

    pub(super) fn voice(&self) -> Voice {
        self.voice.clone()
    }

    /// Waits until all is printed.
    pub(super) fn end(self) {
        drop(self.voice.messages.send(Message::End));
        // A thread that panicked has nothing more to print.
        drop(self.thread.join());
    }
}

impl Voice {
    /// Prints what happened, if the terminal is not too slow for it.
    pub(super) fn happened(&self, activity: &Activity) {
        let message = Message::Happened(self.started.elapsed(), activity.clone());
        if let Err(TrySendError::Full(_)) = self.messages.try_send(message) {
            self.left_out.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Prints a text; programs get `value`, or nothing.
    pub(super) fn say(&self, text: impl Into<String>, value: Option<Value>) {
        // A printer that is gone has nobody to tell.
        drop(self.messages.send(Message::Said(self.started.elapsed(), text.into(), value)));
    }
}

struct Writer {
    format: Format,
    started: Instant,
    advice: Advice,
    /// What is not said yet: which sandboxes stand still, and since when.
    frozen: Vec<(u64, Duration)>,
    text: String,
    left_out: Arc<AtomicU64>,
}

impl Writer {
    fn write_all(mut self, messages: &Receiver<Message>) {
        let mut out = match self.format {
            Format::Json => AutoStream::new(io::stdout(), ColorChoice::Never),
            Format::Lines | Format::Quiet => AutoStream::auto(io::stdout()),
        };
        let mut is_over = false;
        while !is_over {
            let mut next = self.wait(messages);
            // What has come meanwhile is written in one piece.
            while let Some(message) = next {
                is_over |= matches!(message, Message::End);
                self.add(message);
                next = if self.text.len() < 64 * 1024 { messages.try_recv().ok() } else { None };
            }
            self.say_frozen();
            let left_out = self.left_out.swap(0, Ordering::Relaxed);
            if left_out > 0 && self.format == Format::Lines {
                self.push(format_args!("           {left_out} lines left out"));
            }
            // A reader that has gone, such as `head`, is no reason to end.
            drop(out.write_all(self.text.as_bytes()).and_then(|()| out.flush()));
            self.text.clear();
        }
    }

    /// Waits for a message, or until a sandbox has stood still long enough.
    fn wait(&self, messages: &Receiver<Message>) -> Option<Message> {
        let Some((_, since)) = self.frozen.first() else {
            return Some(messages.recv().unwrap_or(Message::End));
        };
        let left = (*since + STILL).saturating_sub(self.started.elapsed());
        match messages.recv_timeout(left) {
            Ok(message) => Some(message),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Message::End),
        }
    }

    fn say_frozen(&mut self) {
        let now = self.started.elapsed();
        let is_still = |(_, since): &(u64, Duration)| *since + STILL <= now;
        let still = self.frozen.iter().take_while(|frozen| is_still(frozen)).count();
        for (sandbox, since) in self.frozen.drain(..still).collect::<Vec<_>>() {
            if let Some(line) = line(&Activity::Frozen { sandbox }) {
                self.push(format_args!("{}", line.at(since)));
            }
        }
    }

    fn add(&mut self, message: Message) {
        match message {
            Message::Happened(at, activity) if self.format == Format::Json => {
                if let Some(object) = object(&activity) {
                    self.object(at, object);
                }
            }
            Message::Happened(at, Activity::Frozen { sandbox }) => {
                if self.format == Format::Lines {
                    self.frozen.push((sandbox, at));
                }
            }
            Message::Happened(at, activity) => {
                if let Activity::Thawed { sandbox } | Activity::Ended { sandbox, .. } = &activity {
                    self.frozen.retain(|(frozen, _)| frozen != sandbox);
                }
                if let Some(line) = line(&activity)
                    && (line.is_problem || self.format == Format::Lines)
                {
                    self.push(format_args!("{}", line.at(at)));
                }
                if let Some(advice) = self.advice.after(&activity) {
                    self.push(format_args!("{advice}\n"));
                }
            }
            Message::Said(at, _, value) if self.format == Format::Json => {
                if let Some(value) = value {
                    self.object(at, value);
                }
            }
            Message::Said(_, text, _) => self.push(format_args!("{text}")),
            Message::End => {}
        }
    }

    fn object(&mut self, at: Duration, mut object: Value) {
        object["at_ms"] = json!(ms(at));
        self.push(format_args!("{object}"));
    }

    fn push(&mut self, line: std::fmt::Arguments<'_>) {
        // Writing to a string never fails.
        let _ = writeln!(self.text, "{line}");
    }
}
