//! What can be set, with defaults that suit an app that knows nothing of Lambda.

use std::borrow::Cow;

/// How requests are read and answers are written.
///
/// The defaults change nothing: the path is what the event carries, answers are buffered, no
/// compression. [`run`](crate::run) and [`serve`](crate::serve) read the same options from the
/// environment; see [`Options::from_env`].
///
/// ```
/// use lambdafy::{Options, ResponseMode};
///
/// let options = Options::new()
///     .base_path("/billing")
///     .response_mode(ResponseMode::Streaming)
///     .pass_through_path_for("aws:sqs", "/jobs");
/// # let _ = options;
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    base_path: String,
    pub(crate) strip_stage: bool,
    pub(crate) text_types: Vec<String>,
    pub(crate) binary_types: Vec<String>,
    pub(crate) response_mode: ResponseMode,
    pass_through_path: String,
    pass_through_paths: Vec<(String, String)>,
    websocket_paths: Vec<(String, String)>,
    pub(crate) max_request_bytes: usize,
    pub(crate) max_response_bytes: usize,
    pub(crate) fail_on_error_status: bool,
    pub(crate) compression: bool,
    pub(crate) trace_env: bool,
    pub(crate) no_delay: bool,
}

/// Whether an answer is sent whole or as it comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResponseMode {
    /// The whole answer in one JSON document, at most 6 MiB.
    #[default]
    Buffered,
    /// Answers to HTTP requests as a stream. The Function URL must have the invoke mode
    /// `RESPONSE_STREAM`, the REST API's integration the response transfer mode `STREAM`:
    /// nothing in the event tells, so the two settings must be made together. Other events are
    /// still answered whole.
    Streaming,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            base_path: String::new(),
            strip_stage: false,
            text_types: Vec::new(),
            binary_types: Vec::new(),
            response_mode: ResponseMode::Buffered,
            pass_through_path: "/events".to_owned(),
            pass_through_paths: Vec::new(),
            websocket_paths: Vec::new(),
            max_request_bytes: usize::MAX,
            max_response_bytes: usize::MAX,
            fail_on_error_status: true,
            compression: false,
            trace_env: false,
            no_delay: false,
        }
    }
}

impl Options {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A prefix that is taken off the path, once and only at a segment boundary: with `/billing`,
    /// `/billing/1` becomes `/1`, `/billingx` stays. Default: none. For custom domains with a
    /// base path mapping, whose prefix API Gateway leaves in the path.
    #[must_use]
    pub fn base_path(mut self, path: impl AsRef<str>) -> Self {
        let path = path.as_ref().trim_matches('/');
        self.base_path = if path.is_empty() { String::new() } else { format!("/{path}") };
        self
    }

    /// Whether a named stage is taken off the path where API Gateway puts it there, which is
    /// in HTTP APIs called by their `execute-api` name. Default: no, the app sees it.
    #[must_use]
    pub fn strip_stage(mut self, strip: bool) -> Self {
        self.strip_stage = strip;
        self
    }

    /// A further media type whose answers are sent as text, such as `application/x-own-format`.
    #[must_use]
    pub fn text_type(mut self, media_type: impl AsRef<str>) -> Self {
        self.text_types.push(media_type.as_ref().trim().to_ascii_lowercase());
        self
    }

    /// A further media type whose answers are sent as base64, even if it is usually text.
    #[must_use]
    pub fn binary_type(mut self, media_type: impl AsRef<str>) -> Self {
        self.binary_types.push(media_type.as_ref().trim().to_ascii_lowercase());
        self
    }

    /// Whether answers are buffered or streamed. Default: buffered, which every front door takes.
    #[must_use]
    pub fn response_mode(mut self, mode: ResponseMode) -> Self {
        self.response_mode = mode;
        self
    }

    /// Where events that are no HTTP requests are posted. Default: `/events`.
    #[must_use]
    pub fn pass_through_path(mut self, path: impl Into<String>) -> Self {
        self.pass_through_path = path.into();
        self
    }

    /// Where the events of one service are posted; `event_source` is the name that the service
    /// itself writes into the event: `aws:sqs`, `aws:s3`, `aws:sns`, `aws:dynamodb`,
    /// `aws:kinesis`, or EventBridge's `aws.events`, `aws.ec2` ...
    ///
    /// The path is one like any other: behind a front door that lets it through, anybody can post
    /// to it. Ask [`Context::source`](crate::Context::source) where that matters.
    #[must_use]
    pub fn pass_through_path_for(
        mut self,
        event_source: impl Into<String>,
        path: impl Into<String>,
    ) -> Self {
        self.pass_through_paths.push((event_source.into(), path.into()));
        self
    }

    /// The path of a WebSocket API's route, such as `$connect`, `$disconnect`, `$default` or one
    /// of your own. Default: `/` and the route key.
    #[must_use]
    pub fn websocket_path_for(
        mut self,
        route_key: impl Into<String>,
        path: impl Into<String>,
    ) -> Self {
        self.websocket_paths.push((route_key.into(), path.into()));
        self
    }

    /// The largest request body, in bytes after decoding, that the app is given; a larger one is
    /// answered with 413, and fails the invocation if it is no HTTP request's. Default: no limit, since no front door sends more than 6 MiB.
    #[must_use]
    pub fn max_request_bytes(mut self, bytes: usize) -> Self {
        self.max_request_bytes = bytes;
        self
    }

    /// The largest answer, in bytes of the result that is sent to Lambda; a larger one becomes a
    /// 500 with an explanation. Default and upper bound: what the platform takes, 1 MiB for a
    /// load balancer and Lambda@Edge, 128 KiB for a WebSocket, else 6 MiB. Does not apply to streamed answers.
    #[must_use]
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Whether a status of 400 or more fails an invocation that is no HTTP request. Default: yes,
    /// since a queue deletes its messages when the invocation succeeds.
    #[must_use]
    pub fn fail_on_error_status(mut self, fail: bool) -> Self {
        self.fail_on_error_status = fail;
        self
    }

    /// Whether buffered text answers are compressed with br or gzip when the client accepts it.
    /// Default: no; a CDN or API Gateway's own setting is the better place. A REST API must have
    /// `binaryMediaTypes` that match, else clients get the base64. Needs the cargo feature
    /// `compression`, without which nothing is compressed.
    #[must_use]
    pub fn compression(mut self, compress: bool) -> Self {
        self.compression = compress;
        self
    }

    /// Whether the environment variable `_X_AMZN_TRACE_ID` is set to the invocation's trace id
    /// before each invocation, for tracing libraries that read it there; not on Managed
    /// Instances, where there are many at once. Default: no, since glibc never frees a value that
    /// is replaced, and other threads may read the environment meanwhile;
    /// [`Context::trace_id`](crate::Context::trace_id) is always there.
    #[must_use]
    pub fn trace_env(mut self, set: bool) -> Self {
        self.trace_env = set;
        self
    }

    /// Whether [`run`](crate::run) sets `TCP_NODELAY` on every TCP socket of the process, whoever
    /// has opened it. Default: no; a library that talks to a server should do so itself. sqlx 0.9.0
    /// does not, and loses about 90 ms in each TLS connect to PostgreSQL; this is the cure for an
    /// app that stays with it, without a change to its source.
    ///
    /// Before the runtime sleeps it looks for new sockets, which costs 0.1 to 0.3 µs for each
    /// open descriptor. Linux from 5.6 on; elsewhere, and where the kernel refuses, a line in the log
    /// says so. Needs the cargo feature `no-delay`, without which nothing is set.
    #[must_use]
    pub fn no_delay(mut self, set: bool) -> Self {
        self.no_delay = set;
        self
    }

    /// `path` without the stage and the base path.
    pub(crate) fn strip<'a>(&self, path: &'a [u8], stage: Option<&[u8]>) -> &'a [u8] {
        let mut path = path;
        if let Some(stage) = stage {
            path = crate::event::strip_prefix(path, &[b"/", stage].concat());
        }
        crate::event::strip_prefix(path, self.base_path.as_bytes())
    }

    /// The path for an event whose source is asked for only if it matters.
    pub(crate) fn path_of_pass_through(&self, source: impl FnOnce() -> Option<String>) -> &str {
        if self.pass_through_paths.is_empty() {
            return &self.pass_through_path;
        }
        let source = source();
        let own =
            self.pass_through_paths.iter().rev().find(|(name, _)| Some(name) == source.as_ref());
        own.map_or(&self.pass_through_path, |(_, path)| path)
    }

    /// The path of a WebSocket route.
    pub(crate) fn path_of_route<'a>(&'a self, route_key: &'a str) -> Cow<'a, str> {
        let own = self.websocket_paths.iter().rev().find(|(name, _)| name == route_key);
        own.map_or(Cow::Owned(format!("/{route_key}")), |(_, path)| Cow::Borrowed(path))
    }
}
