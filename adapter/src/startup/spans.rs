//! Spans of `tracing` as steps.

use tracing::Subscriber;
use tracing::span::{Attributes, Id};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::profiler;
use super::record::{Kind, Name, Outcome};
use super::timing::{PollBegan, Timed};

/// Makes each span a step of the start-up report, for the app's own subscriber; nothing if no
/// report is asked for.
///
/// A span's wall time, and how long its thread was in it, are those of a [`step`](super::step()) or
/// a [`step_async`](super::step_async); so functions with `#[tracing::instrument]`, in the app and
/// in libraries, show without a line of theirs changed. Begin with a level that leaves out what is
/// of no interest: each span of each library is kept, up to 2000.
///
/// ```
/// use tracing_subscriber::{filter::LevelFilter, prelude::*};
///
/// tracing_subscriber::registry()
///     .with(lambdafy::startup::spans().with_filter(LevelFilter::INFO))
///     .init();
/// ```
#[must_use]
pub fn spans() -> Option<Spans> {
    profiler::recording().map(|_| Spans { _made_by_spans: () })
}

/// The layer that [`spans`] returns.
#[derive(Debug)]
pub struct Spans {
    _made_by_spans: (),
}

/// What is kept with a span.
struct Recorded {
    timed: Timed,
    /// While it is entered; a span can be entered again inside of itself.
    began: Option<PollBegan>,
    depth: usize,
}

impl<S> Layer<S> for Spans
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if profiler::recording().is_none() {
            return;
        }
        let Some(span) = context.span(id) else { return };
        let timed = Timed::new(Name::Text(attributes.metadata().name()), Kind::Span);
        span.extensions_mut().replace(Recorded { timed, began: None, depth: 0 });
    }

    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(recorded) = span.extensions_mut().get_mut::<Recorded>() {
            recorded.depth += 1;
            if recorded.depth == 1 {
                recorded.began = recorded.timed.enter();
            }
        }
    }

    fn on_exit(&self, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(recorded) = span.extensions_mut().get_mut::<Recorded>() {
            recorded.depth = recorded.depth.saturating_sub(1);
            if recorded.depth == 0
                && let Some(began) = recorded.began.take()
            {
                recorded.timed.leave(&began);
            }
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        if let Some(mut recorded) = span.extensions_mut().remove::<Recorded>() {
            recorded.timed.end(Outcome::Done);
        }
    }
}
