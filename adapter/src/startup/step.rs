//! One step: a call or a future under a name.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::profiler;
use super::record::{Kind, Name, Outcome};
use super::timing::{OpenSync, Timed};

/// Does `work` as a step of this name.
///
/// Whatever it returns is handed on. What it takes shows in the start-up report: wall time, CPU
/// time, page faults; and if it happens while a request is answered, by which request it was
/// triggered. Without a report it costs a look at a static. Steps may contain steps.
///
/// ```
/// # fn load_config() -> std::io::Result<String> { Ok(String::new()) }
/// # fn main() -> std::io::Result<()> {
/// use std::sync::LazyLock;
/// use lambdafy::startup;
///
/// let config = startup::step("config", load_config)?;
///
/// // What std makes lazily shows too.
/// static WORDS: LazyLock<Vec<&str>> =
///     LazyLock::new(|| startup::step("word list", || "one two three".split(' ').collect()));
/// # assert_eq!(WORDS.len(), 3);
/// # Ok(())
/// # }
/// ```
pub fn step<T>(name: &'static str, work: impl FnOnce() -> T) -> T {
    let open = OpenSync::begin(Name::Text(name), Kind::Sync, |_| {});
    let output = work();
    open.end(Outcome::Done);
    profiler::set_last(name);
    output
}

/// Awaits `work` as a step of this name: [`step()`] for futures.
///
/// It begins with the first poll. The report has its wall time, how much of that its thread was
/// busy with it, and the times that nothing came: what a socket keeps waiting shows there.
///
/// ```
/// # async fn connect() -> std::io::Result<()> { Ok(()) }
/// # async fn doc() -> std::io::Result<()> {
/// let connection = lambdafy::startup::step_async("database", connect()).await?;
/// # Ok(())
/// # }
/// ```
pub fn step_async<F: Future>(name: &'static str, work: F) -> StepFuture<F> {
    StepFuture { work, timed: Timed::new(Name::Text(name), Kind::Async), name }
}

pin_project! {
    /// The future of [`step_async`].
    #[derive(Debug)]
    #[must_use = "a future does nothing unless it is awaited"]
    pub struct StepFuture<F> {
        #[pin]
        work: F,
        timed: Timed,
        name: &'static str,
    }
}

impl<F: Future> Future for StepFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let poll = this.timed.poll(|| this.work.poll(cx));
        if poll.is_ready() {
            this.timed.end(Outcome::Done);
            profiler::set_last(this.name);
        }
        poll
    }
}
