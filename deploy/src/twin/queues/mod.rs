//! SQS's queues as Lambda polls them: batches, retries after the visibility time-out, partial
//! answers, dead letters.

mod deliver;
mod event;
mod message;
mod queue;

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use tokio::task::JoinHandle;

pub(super) use self::message::{Attribute, Message};
pub(super) use self::queue::Queue;
use super::lambda::Lambda;
use super::{Observer, Options};
use crate::deployment::Deployment;

/// The declared queues.
#[derive(Clone, Debug)]
pub(super) struct Queues(Vec<Arc<Queue>>);

impl Queues {
    pub(super) fn of(deployment: &Deployment, options: &Options, observer: &Observer) -> Self {
        let queue = |declared| Arc::new(Queue::of(deployment, declared, options, observer.clone()));
        Self(deployment.settings.queues.iter().map(queue).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The queue of a name, as it is declared or as SQS knows it.
    pub(super) fn find(&self, name: &str) -> Option<&Arc<Queue>> {
        self.0.iter().find(|queue| queue.declared == name || queue.name == name)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|queue| queue.name.as_str())
    }

    /// Has Lambda poll them.
    pub(super) fn deliver(self, lambda: &Lambda) -> Vec<JoinHandle<()>> {
        let poll = |queue: Arc<Queue>| tokio::spawn(deliver::poll(queue, lambda.clone()));
        self.0.into_iter().map(poll).collect()
    }
}

/// An id that nothing else has, of the form of AWS's.
pub(super) fn unique_id() -> String {
    // Each has random keys.
    let random = || RandomState::new().hash_one(0_u8);
    let (high, low) = (random(), random());
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 52,
        low & 0xffff_ffff_ffff
    )
}
