//! What the contenders' `main` functions share: the two modes that `startup-bench` starts them in.
//!
//! * `CONTENDER translate EVENT_FILE N`: turns the event into the function's result N times in this
//!   process. The last result goes to stdout, the time per event to stderr.
//! * `CONTENDER [multi-thread|current-thread]`: a Lambda function on that flavour of tokio, which
//!   asks `AWS_LAMBDA_RUNTIME_API` for invocations.

use std::error::Error as StdError;
use std::io::Write;
use std::time::{Duration, Instant};

use bytes::BytesMut;

mod flavor;

pub use flavor::Flavor;

/// Any error: it ends the contender, and the bench says so.
pub type Error = Box<dyn StdError + Send + Sync>;

/// How many stretches of a translation are timed one by one.
const STRETCHES: usize = 10;

/// What this process was started to do.
pub enum Mode {
    /// Turn one event into its result, again and again.
    Translate(Translation),
    /// Be a Lambda function.
    Function(Flavor),
}

impl Mode {
    /// Reads the mode from the command line.
    ///
    /// # Errors
    /// When the arguments are not one of the two forms, or the event can't be read.
    pub fn from_args() -> Result<Self, Error> {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        match arguments[..] {
            ["translate", event, events] => Ok(Self::Translate(Translation {
                event: std::fs::read(event)?,
                events: events.parse()?,
            })),
            [] | ["multi-thread"] => Ok(Self::Function(Flavor::MultiThread)),
            ["current-thread"] => Ok(Self::Function(Flavor::CurrentThread)),
            _ => {
                Err("usage: CONTENDER translate EVENT_FILE N | multi-thread | current-thread"
                    .into())
            }
        }
    }
}

/// One event and how often to translate it.
pub struct Translation {
    event: Vec<u8>,
    events: usize,
}

impl Translation {
    /// The event's bytes, for a contender that prepares something from them.
    pub fn event(&self) -> &[u8] {
        &self.event
    }

    /// Hands a fresh copy of the event to `translate` as often as was asked for, as the Runtime
    /// API's client does, and reports.
    ///
    /// # Errors
    /// The first error of `translate`, or that the report can't be written.
    pub fn run<R, E>(
        self,
        translate: impl AsyncFnMut(BytesMut) -> Result<R, E>,
    ) -> Result<(), Error>
    where
        R: AsRef<[u8]>,
        E: Into<Error>,
    {
        Flavor::CurrentThread.block_on(self.timed(translate))
    }

    async fn timed<R, E>(
        self,
        mut translate: impl AsyncFnMut(BytesMut) -> Result<R, E>,
    ) -> Result<(), Error>
    where
        R: AsRef<[u8]>,
        E: Into<Error>,
    {
        let mut last = None;
        let mut times = Vec::with_capacity(STRETCHES);
        for stretch in 0..STRETCHES {
            let events =
                self.events * (stretch + 1) / STRETCHES - self.events * stretch / STRETCHES;
            let start = Instant::now();
            for _ in 0..events {
                drop(last.take());
                let event = BytesMut::from(&self.event[..]);
                last = Some(translate(event).await.map_err(Into::into)?);
            }
            times.extend(per_event(start.elapsed(), events));
        }
        report(last.as_ref().map(AsRef::as_ref), &mut times)
    }
}

fn per_event(time: Duration, events: usize) -> Option<Duration> {
    u32::try_from(events).ok().and_then(|events| time.checked_div(events))
}

/// The answer on stdout; `median min` in nanoseconds on stderr.
fn report(answer: Option<&[u8]>, times: &mut [Duration]) -> Result<(), Error> {
    std::io::stdout().write_all(answer.unwrap_or_default())?;
    times.sort_unstable();
    if let (Some(median), Some(min)) = (times.get(times.len() / 2), times.first()) {
        eprintln!("ns_per_event {} {}", median.as_nanos(), min.as_nanos());
    }
    Ok(())
}
