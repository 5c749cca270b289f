//! What happens in an emulator, for whoever wants to show it.

use std::fmt;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, StatusCode};

use crate::{EndReason, Ending, FunctionError, Invoked, LogLine};

/// Something that happened; see [`EmulatorBuilder::observe`](crate::EmulatorBuilder::observe).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Activity {
    /// A sandbox is ready: the end of a cold start.
    Started {
        /// Its number.
        sandbox: u64,
        /// How long the start took.
        init_duration: Duration,
    },
    /// A sandbox could not be started.
    StartFailed {
        /// Its number.
        sandbox: u64,
        /// Why.
        error: FunctionError,
    },
    /// An invocation that did not come through the front door is over.
    Invoked {
        /// The number of the sandbox.
        sandbox: u64,
        /// The request id.
        request_id: String,
        /// How long it took.
        duration: Duration,
        /// Why the function failed, if it did.
        error: Option<FunctionError>,
    },
    /// An event that Lambda's API accepted will not be delivered any more: the function failed
    /// three times, or the emulator ended. On Lambda it would go to the dead-letter queue.
    Discarded {
        /// The request id.
        request_id: String,
        /// The event.
        event: Bytes,
        /// Why.
        error: String,
    },
    /// A request at the front door was answered, to its last byte.
    Answered {
        /// The number of the sandbox; none if the function was not called.
        sandbox: Option<u64>,
        /// The request's method.
        method: Method,
        /// The request's path and query.
        target: String,
        /// The status of the response.
        status: StatusCode,
        /// From the request to the end of the response.
        duration: Duration,
        /// What the platform made of a function's failure or of an answer that it can't read.
        error: Option<String>,
    },
    /// A sandbox printed a line.
    Printed {
        /// Its number.
        sandbox: u64,
        /// The line.
        line: LogLine,
    },
    /// A sandbox was frozen, as happens when it waits for an invocation.
    Frozen {
        /// Its number.
        sandbox: u64,
    },
    /// A sandbox goes on.
    Thawed {
        /// Its number.
        sandbox: u64,
    },
    /// A sandbox ended.
    Ended {
        /// Its number.
        sandbox: u64,
        /// How many invocations it was given.
        invocations: u64,
        /// Why it ended.
        reason: EndReason,
        /// How it was ended; none if it ended by itself.
        ending: Option<Ending>,
        /// How its process ended, if it ended by itself.
        status: Option<ExitStatus>,
    },
    /// Something that whoever runs the emulator should know.
    Notice {
        /// What, in one line.
        text: String,
    },
}

impl From<&Invoked> for Activity {
    fn from(invoked: &Invoked) -> Self {
        Self::Invoked {
            sandbox: invoked.sandbox,
            request_id: invoked.request_id.clone(),
            duration: invoked.duration,
            error: invoked.error.clone(),
        }
    }
}

type Observe = dyn Fn(&Activity) + Send + Sync;

/// Whom to tell.
#[derive(Clone, Default)]
pub(crate) struct Observer(Option<Arc<Observe>>);

impl Observer {
    pub(crate) fn new(observe: impl Fn(&Activity) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(observe)))
    }

    pub(crate) fn tell(&self, activity: &Activity) {
        if let Some(observe) = &self.0 {
            observe(activity);
        }
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}
