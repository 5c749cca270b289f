//! Lambda's Runtime API and the part of the Extensions API that a runtime needs.
//!
//! Sources: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>,
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_TYPE, TRAILER};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};
use http_body::Body as _;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;

use super::connection::{Body, Connection};
use crate::reply::{CONTENT_TYPE as STREAM_TYPE, ERROR_BODY, ERROR_TYPE, StreamingBody};
use crate::{BoxError, Error, ErrorKind, json};

const REQUEST_ID: HeaderName = HeaderName::from_static("lambda-runtime-aws-request-id");
const INVOCATION_ID: HeaderName = HeaderName::from_static("lambda-runtime-invocation-id");
const FUNCTION_ERROR: HeaderName = HeaderName::from_static("lambda-runtime-function-error-type");
const RESPONSE_MODE: HeaderName = HeaderName::from_static("lambda-runtime-function-response-mode");
const EXTENSION_NAME: HeaderName = HeaderName::from_static("lambda-extension-name");
const EXTENSION_ID: HeaderName = HeaderName::from_static("lambda-extension-identifier");

/// The sandbox's end of the Runtime API, on one connection; a clone has one of its own.
#[derive(Clone)]
pub(super) struct Api {
    connection: Connection,
}

/// What the Runtime API hands out: an event, what was said about it, and how to answer.
pub(super) struct Next {
    pub(super) event: BytesMut,
    pub(super) headers: HeaderMap,
    pub(super) receipt: Receipt,
}

/// What an answer must say about the invocation that it answers.
pub(super) struct Receipt {
    request_id: String,
    invocation_id: Option<HeaderValue>,
}

impl Api {
    /// A client of the Runtime API at `address`.
    pub(super) fn new(address: &str) -> Result<Self, Error> {
        Ok(Self { connection: Connection::new(address)? })
    }

    /// Waits for the next invocation and reads its event into `buffer`.
    pub(super) async fn next(&mut self, buffer: &mut BytesMut) -> Result<Next, Error> {
        loop {
            let request = self.connection.request(
                Method::GET,
                "/2018-06-01/runtime/invocation/next",
                whole(Bytes::new()),
            )?;
            let (parts, body) = self.connection.send(request).await?.into_parts();
            let event = read(body, buffer).await?;
            match parts.status {
                StatusCode::OK => {
                    let receipt = Receipt::of(&parts.headers)?;
                    return Ok(Next { event, headers: parts.headers, receipt });
                }
                // Some emulators answer so to keep the connection alive.
                StatusCode::NO_CONTENT => {}
                status => return Err(unexpected("invocation/next", status, &event)),
            }
        }
    }

    /// Posts a whole result.
    pub(super) async fn respond(&mut self, receipt: &Receipt, result: Bytes) -> Result<(), Error> {
        let request = receipt.request(&self.connection, "response", whole(result))?;
        self.post(request, "response").await
    }

    /// Posts a streamed result as it comes.
    pub(super) async fn stream<B>(
        &mut self,
        receipt: &Receipt,
        body: StreamingBody<B>,
    ) -> Result<(), Error>
    where
        B: http_body::Body + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let mut request = receipt.request(&self.connection, "response", body.boxed_unsync())?;
        let headers = request.headers_mut();
        headers.insert(RESPONSE_MODE, HeaderValue::from_static("streaming"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(STREAM_TYPE));
        headers.append(TRAILER, HeaderValue::from(ERROR_TYPE));
        headers.append(TRAILER, HeaderValue::from(ERROR_BODY));
        self.post(request, "response").await
    }

    /// Reports that the invocation failed.
    pub(super) async fn report(&mut self, receipt: &Receipt, error: &Error) -> Result<(), Error> {
        let mut request = receipt.request(&self.connection, "error", whole(diagnostic(error)))?;
        let error_type = HeaderValue::from_static(error.type_name());
        request.headers_mut().insert(FUNCTION_ERROR, error_type);
        self.post(request, "error").await
    }

    /// Reports that the app could not be started; says so if that fails too.
    pub(super) async fn report_init_error(&mut self, error: &Error) {
        self.report_to("/2018-06-01/runtime/init/error", "Runtime.InitError", error).await;
    }

    /// Reports that the app could not go on after a restore.
    pub(super) async fn report_restore_error(&mut self, error: &Error) {
        self.report_to("/2018-06-01/runtime/restore/error", "Runtime.AfterRestoreError", error)
            .await;
    }

    async fn report_to(&mut self, path: &str, error_type: &'static str, error: &Error) {
        let posted = async {
            let mut request =
                self.connection.request(Method::POST, path, whole(diagnostic(error)))?;
            request.headers_mut().insert(FUNCTION_ERROR, HeaderValue::from_static(error_type));
            self.post(request, path).await
        };
        if let Err(error) = posted.await {
            crate::log::error(&format!("an error could not be reported: {error:?}"));
        }
    }

    /// Tells that the app is ready for a snapshot; returns in the restored sandbox.
    pub(super) async fn wait_for_restore(&mut self) -> Result<(), Error> {
        let request = self.connection.request(
            Method::GET,
            "/2018-06-01/runtime/restore/next",
            whole(Bytes::new()),
        )?;
        self.post(request, "restore/next").await?;
        // The connection of the time before the snapshot is gone.
        self.connection.reset();
        Ok(())
    }

    /// Registers an internal extension without events, by which a runtime gets SIGTERM before
    /// its sandbox ends; returns its identifier.
    pub(super) async fn register_extension(&mut self) -> Result<HeaderValue, Error> {
        let path = "/2020-01-01/extension/register";
        let mut request = self.connection.request(Method::POST, path, whole("{\"events\":[]}"))?;
        request.headers_mut().insert(EXTENSION_NAME, HeaderValue::from_static("lambdafy"));
        let (parts, body) = self.connection.send(request).await?.into_parts();
        let body = read(body, &mut BytesMut::new()).await?;
        match parts.headers.get(EXTENSION_ID) {
            Some(id) if parts.status.is_success() => Ok(id.clone()),
            _ => Err(unexpected("extension/register", parts.status, &body)),
        }
    }

    /// Ends the extension's initialization; there are no events to wait for.
    pub(super) async fn wait_as_extension(&mut self, id: HeaderValue) -> Result<(), Error> {
        let path = "/2020-01-01/extension/event/next";
        let mut request = self.connection.request(Method::GET, path, whole(Bytes::new()))?;
        request.headers_mut().insert(EXTENSION_ID, id);
        self.post(request, "extension/event/next").await
    }

    /// Sends a request whose answer says nothing but whether it was accepted. The answer is read
    /// to its end, else the connection could not be used again.
    async fn post(&mut self, request: Request<Body>, what: &str) -> Result<(), Error> {
        let (parts, body) = self.connection.send(request).await?.into_parts();
        if parts.status.is_success() && body.is_end_stream() {
            return Ok(());
        }
        let body = read(body, &mut BytesMut::new()).await?;
        if parts.status.is_success() { Ok(()) } else { Err(unexpected(what, parts.status, &body)) }
    }
}

impl Receipt {
    fn of(headers: &HeaderMap) -> Result<Self, Error> {
        let request_id = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
        let Some(request_id) = request_id else {
            return Err(Error::new(
                ErrorKind::RuntimeApi,
                format!("the Runtime API handed out an invocation without {REQUEST_ID}"),
            ));
        };
        Ok(Self {
            request_id: request_id.to_owned(),
            invocation_id: headers.get(INVOCATION_ID).cloned(),
        })
    }

    fn request(
        &self,
        connection: &Connection,
        what: &str,
        body: Body,
    ) -> Result<Request<Body>, Error> {
        let path = format!("/2018-06-01/runtime/invocation/{}/{what}", self.request_id);
        let mut request = connection.request(Method::POST, &path, body)?;
        if let Some(id) = &self.invocation_id {
            request.headers_mut().insert(INVOCATION_ID, id.clone());
        }
        Ok(request)
    }
}

fn whole(body: impl Into<Bytes>) -> Body {
    Full::new(body.into()).boxed_unsync()
}

/// Reads a body into `buffer`, whose memory is used again once the bytes before are dropped.
async fn read(mut body: Incoming, buffer: &mut BytesMut) -> Result<BytesMut, Error> {
    buffer.clear();
    /// No event is larger; what a length says beyond is not believed.
    const MOST: u64 = 8 * 1024 * 1024;
    buffer.reserve(usize::try_from(body.size_hint().lower().min(MOST)).unwrap_or_default());
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            Error::new(ErrorKind::RuntimeApi, "the Runtime API's answer broke off")
                .with_source(error)
        })?;
        if let Some(data) = frame.data_ref() {
            buffer.extend_from_slice(data);
        }
    }
    Ok(buffer.split())
}

/// The error as the Runtime API takes it.
fn diagnostic(error: &Error) -> Bytes {
    let mut out = b"{\"errorType\":".to_vec();
    json::write_string(&mut out, error.type_name());
    out.extend_from_slice(b",\"errorMessage\":");
    json::write_string(&mut out, &error.chain());
    out.extend_from_slice(b",\"stackTrace\":[]}");
    out.into()
}

fn unexpected(what: &str, status: StatusCode, body: &[u8]) -> Error {
    let start = String::from_utf8_lossy(&body[..body.len().min(300)]).into_owned();
    Error::new(
        ErrorKind::RuntimeApi,
        format!("the Runtime API answered {status} to {what}: {start}"),
    )
}
