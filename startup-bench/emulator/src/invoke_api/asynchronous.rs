//! Events: accepted at once, delivered afterwards, tried again when the function fails.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;

use super::server::tell;
use crate::activity::Activity;
use crate::error::{Error, ErrorKind};
use crate::fleet::Fleet;
use crate::{FunctionError, Invocation};

/// How often Lambda tries again after a function error.
const RETRIES: u32 = 2;

/// How long the first event that is throttled waits; each further time it is twice as long.
const FIRST_BACK_OFF: Duration = Duration::from_secs(1);

/// How long a throttled event waits at most.
const MAX_BACK_OFF: Duration = Duration::from_secs(300);

/// The events of one function: each is delivered by a task of its own, so that none waits for
/// the retries of another.
#[derive(Debug)]
pub(super) struct Events {
    fleet: Arc<Fleet>,
    retry_delay: Duration,
    /// Its receivers see when this is dropped: nothing is delivered any more.
    is_alive: watch::Sender<()>,
}

impl Events {
    pub(super) fn new(fleet: Arc<Fleet>, retry_delay: Duration) -> Self {
        Self { fleet, retry_delay, is_alive: watch::Sender::new(()) }
    }

    /// Takes an event, which is delivered or told to be discarded.
    pub(super) fn accept(&self, invocation: Invocation) {
        let delivery =
            Delivery { fleet: self.fleet.clone(), invocation, retry_delay: self.retry_delay };
        let mut is_alive = self.is_alive.subscribe();
        tokio::spawn(async move {
            let discarded = tokio::select! {
                discarded = delivery.deliver() => discarded,
                // Nothing is ever sent: it ends when the sender is dropped.
                _ = is_alive.changed() => Err("the emulator ended before it was delivered".into()),
            };
            if let Err(error) = discarded {
                delivery.discard(error);
            }
        });
    }
}

struct Delivery {
    fleet: Arc<Fleet>,
    invocation: Invocation,
    retry_delay: Duration,
}

impl Delivery {
    /// Invokes the function until it succeeds; tells why not, when there are no more retries.
    async fn deliver(&self) -> Result<(), String> {
        let mut failures = 0;
        loop {
            match self.try_once().await {
                Ok(None) => return Ok(()),
                Ok(Some(error)) if failures == RETRIES => return Err(error.to_string()),
                Ok(Some(_)) => {
                    failures += 1;
                    // On Lambda one minute, then two.
                    sleep(self.retry_delay * failures).await;
                }
                Err(error) => return Err(error.to_string()),
            }
        }
    }

    /// One attempt; throttling is none.
    async fn try_once(&self) -> Result<Option<FunctionError>, Error> {
        let mut back_off = FIRST_BACK_OFF;
        loop {
            match self.fleet.begin(self.invocation.clone()).await {
                Ok(begun) => {
                    let invoked = begun.collect().await;
                    tell(&self.fleet, &invoked);
                    return Ok(invoked.error);
                }
                Err(error) if error.kind() == ErrorKind::Throttled => {
                    sleep(back_off).await;
                    back_off = (back_off * 2).min(MAX_BACK_OFF);
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn discard(self, error: String) {
        self.fleet.recipe().observer.tell(&Activity::Discarded {
            request_id: self.invocation.request_id,
            event: self.invocation.event,
            error,
        });
    }
}
