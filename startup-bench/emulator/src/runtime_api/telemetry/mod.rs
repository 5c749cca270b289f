//! The Telemetry API: what happens in a sandbox, posted to the extensions that subscribed.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/telemetry-api-reference.html> and
//! <https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html>

mod delivery;
mod subscription;

use std::sync::{Mutex, MutexGuard, PoisonError, Weak};

use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::host::Inside;
use delivery::Item;
use subscription::Subscription;
pub(super) use subscription::subscribe;

/// How many events of a start are kept for those who subscribe later in it.
const MAX_BACKLOG: usize = 10_000;

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Category {
    Platform,
    Function,
    Extension,
}

/// Where the events of one sandbox come together.
#[derive(Debug)]
pub(super) struct Telemetry {
    hub: Mutex<Hub>,
    /// The network that subscribers are in; none if it is this process's.
    inside: Option<Weak<Inside>>,
}

#[derive(Debug)]
struct Hub {
    /// The events so far, as long as one may subscribe: in the start.
    backlog: Option<Vec<(Category, Value)>>,
    subscribers: Vec<Subscriber>,
}

#[derive(Debug)]
struct Subscriber {
    name: String,
    categories: Vec<Category>,
    items: mpsc::UnboundedSender<Item>,
}

impl Telemetry {
    pub(super) fn new(inside: Option<Weak<Inside>>) -> Self {
        let hub = Hub { backlog: Some(Vec::new()), subscribers: Vec::new() };
        Self { hub: Mutex::new(hub), inside }
    }

    /// An event, whose record is made only if somebody may want it.
    pub(super) fn tell(&self, category: Category, kind: &str, record: impl FnOnce() -> Value) {
        let mut hub = self.lock();
        if hub.backlog.is_some() || !hub.subscribers.is_empty() {
            let time = crate::time::timestamp(crate::ids::epoch_ms());
            hub.tell(category, json!({"time": time, "type": kind, "record": record()}));
        }
    }

    /// An event of the platform.
    pub(super) fn platform(&self, kind: &str, record: impl FnOnce() -> Value) {
        self.tell(Category::Platform, kind, record);
    }

    /// The start is over: nobody can subscribe any more.
    pub(super) fn close(&self) {
        self.lock().backlog = None;
    }

    /// Delivers what waits, at once.
    pub(super) fn flush(&self) {
        for subscriber in &self.lock().subscribers {
            // A delivery that ended has nothing to flush.
            drop(subscriber.items.send(Item::Flush));
        }
    }

    /// Adds or replaces a subscriber; false if it is too late.
    fn add(&self, name: &str, subscription: Subscription) -> bool {
        let mut hub = self.lock();
        let Some(backlog) = &hub.backlog else {
            return false;
        };
        let (items, received) = mpsc::unbounded_channel();
        let categories = subscription.categories.clone();
        for (_, event) in backlog.iter().filter(|(category, _)| categories.contains(category)) {
            // The receiver is still here.
            drop(items.send(Item::Event(event.to_string())));
        }
        tokio::spawn(delivery::deliver(received, subscription, self.inside.clone()));
        hub.subscribers.retain(|subscriber| subscriber.name != name);
        hub.subscribers.push(Subscriber { name: name.to_owned(), categories, items });
        true
    }

    fn lock(&self) -> MutexGuard<'_, Hub> {
        self.hub.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hub {
    fn tell(&mut self, category: Category, event: Value) {
        for subscriber in self.subscribers.iter().filter(|s| s.categories.contains(&category)) {
            drop(subscriber.items.send(Item::Event(event.to_string())));
        }
        if let Some(backlog) = &mut self.backlog
            && backlog.len() < MAX_BACKLOG
        {
            backlog.push((category, event));
        }
    }
}
