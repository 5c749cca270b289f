//! A runtime's answer on its way to the invoker, and the invoker's end of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;
use tokio::time::{sleep_until, timeout};

use super::shared::Shared;
use super::state::Taken;
use crate::error::{Error, ErrorKind};
use crate::failure;
use crate::{FunctionError, Invoked};

/// How long a broken answer waits for the news that its process is gone.
const PATIENCE: Duration = Duration::from_millis(200);

/// What the handler of a runtime's post hands to the invoker.
#[derive(Debug)]
pub(super) enum Reply {
    Buffered(HeaderMap, Bytes),
    Streaming(HeaderMap, mpsc::Receiver<Chunk>),
    Failed(FunctionError),
    BrokeOff,
}

/// A piece of a streamed answer; without `End` the answer broke off.
#[derive(Debug)]
pub(super) enum Chunk {
    Data(Bytes),
    Failed(FunctionError),
    End,
}

/// An invocation that was pushed and whose answer is waited for.
///
/// Dropped before the runtime took it, the invocation is withdrawn.
#[derive(Debug)]
pub struct Pending {
    pub(super) shared: Arc<Shared>,
    pub(super) request_id: String,
    pub(super) reply: Result<oneshot::Receiver<Reply>, Error>,
}

/// The answer to an invocation, as soon as it begins.
#[derive(Debug)]
pub enum Answer {
    /// A whole answer.
    Buffered(BufferedAnswer),
    /// An answer that comes in pieces.
    Streaming(StreamingAnswer),
    /// The function failed.
    Failed(FunctionError),
}

/// An answer that came as a whole.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BufferedAnswer {
    /// The headers that the runtime posted with it.
    pub headers: HeaderMap,
    /// What it posted.
    pub payload: Bytes,
}

/// An answer that comes in pieces.
#[derive(Debug)]
pub struct StreamingAnswer {
    headers: HeaderMap,
    chunks: mpsc::Receiver<Chunk>,
    shared: Arc<Shared>,
    request_id: String,
    deadline: Instant,
    is_over: bool,
    /// Ends the invocation in time, even if nobody reads the answer meanwhile.
    alarm: AbortHandle,
}

impl Pending {
    /// The invocation's request id.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// Waits until the runtime takes the event.
    pub async fn taken(&self) {
        self.shared.taken(&self.request_id).await;
    }

    /// Waits for the answer to begin, or for the function's time to run out.
    ///
    /// # Errors
    /// If the event was too large to be pushed.
    pub async fn answer(self) -> Result<Answer, Error> {
        Ok(self.reply().await?.0)
    }

    /// Waits for the whole answer.
    ///
    /// # Errors
    /// If the event was too large to be pushed.
    pub async fn invoked(self) -> Result<Invoked, Error> {
        let request_id = self.request_id.clone();
        let (answer, taken) = self.reply().await?;
        let mut invoked = answer.collect(request_id).await;
        if let Some(taken) = taken {
            invoked.duration = taken.at.elapsed();
        }
        Ok(invoked)
    }

    async fn reply(self) -> Result<(Answer, Option<Taken>), Error> {
        let Self { shared, request_id, reply } = self;
        let mut reply = reply?;
        let mut taken = None;
        let reply = tokio::select! {
            biased;
            reply = &mut reply => reply.ok(),
            now = shared.taken(&request_id) => {
                taken = Some(now);
                tokio::select! {
                    biased;
                    reply = &mut reply => reply.ok(),
                    () = sleep_until(now.deadline.into()) => {
                        Some(Reply::Failed(shared.time_out(&request_id)))
                    }
                }
            }
        };
        let Some(reply) = reply else {
            return Err(Error::new(ErrorKind::Stopped, "the Runtime API is stopped"));
        };
        let reply = match reply {
            Reply::BrokeOff => Reply::Failed(why_it_broke_off(&shared, &request_id).await),
            reply => reply,
        };
        Ok((Answer::new(reply, shared, request_id, taken), taken))
    }
}

impl Answer {
    fn new(reply: Reply, shared: Arc<Shared>, request_id: String, taken: Option<Taken>) -> Self {
        match reply {
            Reply::Buffered(headers, payload) => {
                Self::Buffered(BufferedAnswer { headers, payload })
            }
            Reply::Failed(error) => Self::Failed(error),
            Reply::BrokeOff => Self::Failed(failure::truncated().for_request(&request_id)),
            Reply::Streaming(headers, chunks) => {
                let deadline =
                    taken.map_or_else(|| Instant::now() + shared.timeout(), |t| t.deadline);
                let (of, id) = (shared.clone(), request_id.clone());
                let alarm = tokio::spawn(async move {
                    sleep_until(deadline.into()).await;
                    of.time_out(&id);
                });
                Self::Streaming(StreamingAnswer {
                    headers,
                    chunks,
                    deadline,
                    shared,
                    request_id,
                    is_over: false,
                    alarm: alarm.abort_handle(),
                })
            }
        }
    }

    /// Waits for the end of the answer.
    pub(crate) async fn collect(self, request_id: String) -> Invoked {
        let mut invoked = Invoked::new(request_id);
        match self {
            Self::Buffered(answer) => {
                invoked.content_type = content_type(&answer.headers);
                invoked.payload = answer.payload;
            }
            Self::Failed(error) => {
                invoked.payload = error.body().clone();
                invoked.error = Some(error);
            }
            Self::Streaming(mut answer) => {
                invoked.is_streamed = true;
                invoked.content_type = content_type(&answer.headers);
                (invoked.payload, invoked.error) = answer.collect().await;
            }
        }
        invoked
    }
}

impl StreamingAnswer {
    /// The headers that the runtime posted before the first piece.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The next piece; none after the last one, or after the failure.
    pub async fn chunk(&mut self) -> Option<Result<Bytes, FunctionError>> {
        if self.is_over {
            return None;
        }
        let chunk = tokio::select! {
            biased;
            chunk = self.chunks.recv() => chunk,
            () = sleep_until(self.deadline.into()) => {
                Some(Chunk::Failed(self.shared.time_out(&self.request_id)))
            }
        };
        match chunk {
            Some(Chunk::Data(data)) => return Some(Ok(data)),
            Some(Chunk::End) => self.is_over = true,
            Some(Chunk::Failed(error)) => {
                self.is_over = true;
                return Some(Err(error));
            }
            None if self.deadline <= Instant::now() => {
                self.is_over = true;
                return Some(Err(self.shared.time_out(&self.request_id)));
            }
            None => {
                self.is_over = true;
                return Some(Err(why_it_broke_off(&self.shared, &self.request_id).await));
            }
        }
        None
    }

    async fn collect(&mut self) -> (Bytes, Option<FunctionError>) {
        let mut payload = BytesMut::new();
        while let Some(chunk) = self.chunk().await {
            match chunk {
                Ok(data) => payload.extend_from_slice(&data),
                Err(error) => return (payload.freeze(), Some(error)),
            }
        }
        (payload.freeze(), None)
    }
}

impl Drop for StreamingAnswer {
    fn drop(&mut self) {
        self.alarm.abort();
    }
}

/// The process may have died: its connection breaks before its end is known.
async fn why_it_broke_off(shared: &Shared, request_id: &str) -> FunctionError {
    let death = shared.wait_for(|state| state.failure.clone());
    timeout(PATIENCE, death)
        .await
        .unwrap_or_else(|_elapsed| failure::truncated())
        .for_request(request_id)
}

fn content_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}
