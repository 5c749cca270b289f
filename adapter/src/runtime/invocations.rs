//! The loop: wait for an invocation, have it answered, post the answer.

use std::future::poll_fn;
use std::panic::AssertUnwindSafe;

use bytes::{Bytes, BytesMut};
use futures_util::FutureExt;
use futures_util::stream::{FuturesUnordered, StreamExt};
use http::HeaderMap;
use tower_service::Service;

use super::api::{Api, Next, Receipt};
#[cfg(feature = "pool")]
use crate::hooks;
use crate::run::App;
use crate::{Error, ErrorKind, Invocation, LambdaService, Reply, panics, startup};

/// Answers invocations, `concurrency` at a time, until the Runtime API can't be reached.
pub(super) async fn answer<A: App>(
    service: LambdaService<A>,
    api: Api,
    concurrency: usize,
) -> Result<(), Error> {
    let sets_trace_env = concurrency <= 1 && service.options().trace_env;
    // On tasks of their own: the answers of the Runtime API come from the connection's task, and
    // a task is woken by another without a look at the sockets in between. One loop, or on a
    // Managed Instance as many as the platform wants.
    let mut workers: FuturesUnordered<_> = (0..concurrency.max(1))
        .map(|_| tokio::spawn(Worker::new(service.clone(), api.clone(), sets_trace_env).run()))
        .collect();
    let mut last = Ok(());
    // One that fails leaves its work to the others.
    while let Some(ended) = workers.next().await {
        last = ended.unwrap_or_else(|error| {
            Err(Error::new(ErrorKind::RuntimeApi, "an invocation loop ended").with_source(error))
        });
        if let Err(error) = &last {
            crate::log::error(&format!("an invocation loop ended: {error:?}"));
        }
    }
    last
}

struct Worker<A> {
    service: LambdaService<A>,
    api: Api,
    sets_trace_env: bool,
    /// Memory of the last event and the last result, used again.
    event: BytesMut,
    result: Vec<u8>,
}

impl<A: App> Worker<A> {
    fn new(service: LambdaService<A>, api: Api, sets_trace_env: bool) -> Self {
        Self { service, api, sets_trace_env, event: BytesMut::new(), result: Vec::new() }
    }

    async fn run(mut self) -> Result<(), Error> {
        startup::init_ended();
        loop {
            let Next { event, headers, receipt } = self.api.next(&mut self.event).await?;
            if self.sets_trace_env {
                lambdafy_trace_env::set(trace_id(&headers));
            }
            #[cfg(feature = "pool")]
            hooks::invocation_starts(&headers);
            let answering = startup::request();
            let invocation =
                Invocation::new(event).headers(headers).buffer(std::mem::take(&mut self.result));
            let called = self.call(invocation).await;
            let failed = called.is_err();
            #[cfg(feature = "pool")]
            hooks::before_response().await;
            let posted = match called {
                Ok(Reply::Buffered(result)) => self.respond(&receipt, result).await,
                Ok(Reply::Streaming(body)) => self.api.stream(&receipt, body).await,
                Err(error) => {
                    crate::log::error(&format!("an invocation failed: {error:?}"));
                    self.api.report(&receipt, &error).await
                }
            };
            // The invocation may have run out of time meanwhile; the next one is not affected.
            if let Err(error) = posted {
                crate::log::error(&format!("an answer could not be posted: {error:?}"));
            }
            // The answer is out, and no freeze comes before the next event is asked for.
            if answering.answered(failed) {
                startup::ended();
            }
            #[cfg(feature = "pool")]
            hooks::after_response().await;
        }
    }

    async fn call(&mut self, invocation: Invocation) -> Result<Reply<A::ResponseBody>, Error> {
        // The service catches what the app does; this is for what its values do when they are
        // dropped or shown.
        let answered = AssertUnwindSafe(async {
            poll_fn(|cx| Service::<Invocation>::poll_ready(&mut self.service, cx)).await?;
            self.service.call(invocation).await
        });
        answered.catch_unwind().await.unwrap_or_else(|panic| {
            let message = panics::message(&*panic);
            Err(Error::new(ErrorKind::App, format!("the app panicked: {message}")))
        })
    }

    async fn respond(&mut self, receipt: &Receipt, result: Bytes) -> Result<(), Error> {
        let posted = self.api.respond(receipt, result.clone()).await;
        // The post has dropped its share, so this takes the memory back instead of a copy.
        if result.is_unique() {
            self.result = result.into();
            self.result.clear();
        }
        posted
    }
}

fn trace_id(headers: &HeaderMap) -> Option<&str> {
    headers.get("lambda-runtime-trace-id")?.to_str().ok()
}
