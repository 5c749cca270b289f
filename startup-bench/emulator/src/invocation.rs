//! What goes into a function and what comes out.

use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;

/// An event for the function, with what Lambda says about it.
///
/// A string, bytes or a `serde_json::Value` is an invocation too, so that most tests never
/// name this type.
///
/// ```
/// use lambdafy_emulator::Invocation;
///
/// let invocation = Invocation::new(r#"{"version":"2.0"}"#)
///     .request_id("8476a536-e9f4-11e8-9739-2dfe598c3fcd")
///     .tenant_id("tenant-a");
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Invocation {
    pub(crate) event: Bytes,
    pub(crate) request_id: String,
    pub(crate) trace_id: String,
    pub(crate) tenant_id: Option<String>,
    pub(crate) client_context: Option<String>,
    pub(crate) cognito_identity: Option<String>,
    /// What is left of the function's timeout, where some of it is used already.
    pub(crate) time_left: Option<Duration>,
}

impl Invocation {
    /// An invocation with this event, a new request id and a new trace.
    pub fn new(event: impl Into<Bytes>) -> Self {
        Self {
            event: event.into(),
            request_id: crate::ids::uuid(),
            trace_id: crate::ids::trace(&crate::ids::trace_root()),
            tenant_id: None,
            client_context: None,
            cognito_identity: None,
            time_left: None,
        }
    }

    /// The request id. Default: a new one.
    pub fn request_id(mut self, id: impl Into<String>) -> Self {
        self.request_id = id.into();
        self
    }

    /// The trace id, as X-Ray writes it. Default: a new one that is not sampled.
    pub fn trace_id(mut self, id: impl Into<String>) -> Self {
        self.trace_id = id.into();
        self
    }

    /// The tenant of a function with tenant isolation. Default: none.
    pub fn tenant_id(mut self, id: impl Into<String>) -> Self {
        self.tenant_id = Some(id.into());
        self
    }

    /// The client context of AWS's mobile SDK, as JSON. Default: none.
    pub fn client_context(mut self, json: impl Into<String>) -> Self {
        self.client_context = Some(json.into());
        self
    }

    /// The Cognito identity, as JSON. Default: none.
    pub fn cognito_identity(mut self, json: impl Into<String>) -> Self {
        self.cognito_identity = Some(json.into());
        self
    }
}

impl From<&str> for Invocation {
    fn from(event: &str) -> Self {
        Self::new(event.to_owned())
    }
}

impl From<String> for Invocation {
    fn from(event: String) -> Self {
        Self::new(event)
    }
}

impl From<Vec<u8>> for Invocation {
    fn from(event: Vec<u8>) -> Self {
        Self::new(event)
    }
}

impl From<Bytes> for Invocation {
    fn from(event: Bytes) -> Self {
        Self::new(event)
    }
}

impl From<serde_json::Value> for Invocation {
    fn from(event: serde_json::Value) -> Self {
        Self::new(event.to_string())
    }
}

/// How an invocation ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Invoked {
    /// The request id it had.
    pub request_id: String,
    /// What the function answered; for an error, the error as JSON.
    pub payload: Bytes,
    /// The content type that the runtime gave with its answer.
    pub content_type: Option<String>,
    /// Whether the answer was streamed.
    pub is_streamed: bool,
    /// Why the function failed. A streamed answer may fail after some of its payload.
    pub error: Option<FunctionError>,
    /// From the moment at which the runtime took the event to the end of its answer.
    pub duration: Duration,
    /// How long the sandbox took to start, if one was started for this invocation. A start that
    /// was repeated within the invocation, because the first one failed, is part of `duration`.
    pub init_duration: Option<Duration>,
    /// With SnapStart, how long the sandbox took to go on from its snapshot, if it was restored for
    /// this invocation; its start is part of no invocation then.
    pub restore_duration: Option<Duration>,
    /// What Lambda would bill: `duration` and `init_duration`, rounded up to a millisecond, and
    /// `restore_duration`.
    pub billed_duration: Duration,
    /// The CPU time that the sandbox used meanwhile; none where it can't be counted, or for the
    /// start.
    pub cpu_time: Option<Duration>,
    /// The most memory that the sandbox had so far, in bytes, as
    /// [`Sandbox::max_memory_used_bytes`](crate::Sandbox::max_memory_used_bytes) counts it.
    pub max_memory_used_bytes: Option<u64>,
    /// The number of the sandbox that answered; 0 without sandboxes.
    pub sandbox: u64,
    /// What the sandbox and the platform wrote to the log meanwhile; for a cold start, from its
    /// beginning.
    pub logs: Vec<LogLine>,
}

impl Invoked {
    /// An invocation without an answer.
    pub(crate) fn new(request_id: String) -> Self {
        Self {
            request_id,
            payload: Bytes::new(),
            content_type: None,
            is_streamed: false,
            error: None,
            duration: Duration::ZERO,
            init_duration: None,
            restore_duration: None,
            billed_duration: Duration::ZERO,
            cpu_time: None,
            max_memory_used_bytes: None,
            sandbox: 0,
            logs: Vec::new(),
        }
    }

    /// The payload as JSON.
    ///
    /// # Errors
    /// If it is none.
    pub fn json(&self) -> Result<serde_json::Value, serde_json::Error> {
        serde_json::from_slice(&self.payload)
    }
}

/// One line of a sandbox's log.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogLine {
    /// The line, without its end.
    pub text: String,
    /// Whether it came from standard error.
    pub is_error: bool,
    /// Whether the platform wrote it and not the function: `START`, `END`, `REPORT` and the like.
    pub is_platform: bool,
}

/// Why an invocation failed, as Lambda reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionError {
    error_type: String,
    message: String,
    body: Bytes,
    is_of_platform: bool,
}

impl FunctionError {
    /// What the runtime reported: `body` is JSON with `errorType` and `errorMessage`, and the
    /// error type of the header counts where the body has none.
    pub(crate) fn reported(header: Option<&str>, body: Bytes) -> Self {
        let json: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
        let text = |key: &str| json[key].as_str().map(str::to_owned);
        Self {
            error_type: text("errorType")
                .or_else(|| header.map(str::to_owned))
                .unwrap_or_else(|| "Runtime.Unknown".to_owned()),
            message: text("errorMessage").unwrap_or_default(),
            body,
            is_of_platform: false,
        }
    }

    /// What the platform says itself.
    pub(crate) fn of_platform(error_type: &str, message: impl Into<String>) -> Self {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            error_type: &'a str,
            error_message: &'a str,
        }
        let message = message.into();
        let body = serde_json::to_vec(&Body { error_type, error_message: &message });
        Self {
            error_type: error_type.to_owned(),
            message,
            body: body.unwrap_or_default().into(),
            is_of_platform: true,
        }
    }

    /// What the platform says to the invoker of this request.
    #[must_use]
    pub(crate) fn for_request(&self, request_id: &str) -> Self {
        if !self.is_of_platform || self.message.starts_with("RequestId: ") {
            return self.clone();
        }
        let message = format!("RequestId: {request_id} Error: {}", self.message);
        Self::of_platform(&self.error_type, message)
    }

    /// The type: the function's own, or the platform's, such as `Sandbox.Timedout` and
    /// `Runtime.ExitError`.
    #[must_use]
    pub fn error_type(&self) -> &str {
        &self.error_type
    }

    /// What it says.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The error as the invoker gets it: JSON.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Whether the platform says it, and not the runtime.
    pub(crate) fn is_of_platform(&self) -> bool {
        self.is_of_platform
    }

    /// Whether the invocation ran out of time.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.error_type == "Sandbox.Timedout"
    }
}

impl std::fmt::Display for FunctionError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.error_type, self.message)
    }
}

impl std::error::Error for FunctionError {}
