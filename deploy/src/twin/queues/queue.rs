//! One queue.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::json;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::Message;
use crate::deployment::Deployment;
use crate::twin::environment::Places;
use crate::twin::{ACCOUNT, Observer, Options, SANDBOXES};

/// What Lambda takes in one event; a third is left for what stands around the bodies.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// Messages that wait, and how they are worked on.
#[derive(Debug)]
pub(in crate::twin) struct Queue {
    /// The name in the settings.
    pub(super) declared: String,
    /// The name at SQS.
    pub(in crate::twin) name: String,
    pub(super) arn: String,
    pub(super) region: String,
    pub(super) batch_size: usize,
    pub(super) tries: u32,
    pub(super) visibility: Duration,
    /// How many batches are worked on at once.
    pub(super) concurrency: usize,
    dead_letters: PathBuf,
    observer: Observer,
    waiting: Mutex<Vec<Message>>,
    arrived: Notify,
}

impl Queue {
    pub(super) fn of(
        deployment: &Deployment,
        declared: &crate::settings::Queue,
        options: &Options,
        observer: Observer,
    ) -> Self {
        let settings = &deployment.settings;
        let region = Places::of(deployment).region;
        let name = deployment.name_of(declared.name.as_str());
        let sandboxes = settings.reserved_concurrency.map_or(SANDBOXES, |number| number.get());
        let most = declared.max_concurrency.map_or(sandboxes, |most| most.get()).min(sandboxes);
        let visibility = Duration::from_secs(deployment.visibility_timeout_s().into());
        let own = || format!("arn:aws:sqs:{region}:{ACCOUNT}:{name}");
        Self {
            arn: declared.arn.as_ref().map_or_else(own, ToString::to_string),
            declared: declared.name.to_string(),
            dead_letters: options.folder.join("dead-letters").join(&name),
            name,
            region,
            batch_size: usize::try_from(declared.batch_size.get()).unwrap_or(usize::MAX),
            tries: declared.tries.get(),
            visibility: options.retry_after.unwrap_or(visibility),
            concurrency: usize::try_from(most).unwrap_or(usize::MAX),
            observer,
            waiting: Mutex::default(),
            arrived: Notify::new(),
        }
    }

    pub(in crate::twin) fn send(&self, message: Message) {
        self.waiting().push(message);
        self.arrived.notify_one();
    }

    /// How many wait, those that are not visible yet included.
    pub(in crate::twin) fn len(&self) -> usize {
        self.waiting().len()
    }

    /// Waits for messages, and takes as many as go into one event.
    pub(super) async fn batch(&self) -> Vec<Message> {
        loop {
            let arrived = self.arrived.notified();
            let (batch, next) = self.take();
            if !batch.is_empty() {
                return batch;
            }
            match next {
                Some(visible) => tokio::select! {
                    () = tokio::time::sleep_until(visible) => {}
                    () = arrived => {}
                },
                None => arrived.await,
            }
        }
    }

    /// What is visible now, and else when something will be.
    fn take(&self) -> (Vec<Message>, Option<Instant>) {
        let now = Instant::now();
        let (mut batch, mut bytes) = (Vec::new(), 0);
        let mut waiting = self.waiting();
        let mut left = Vec::with_capacity(waiting.len());
        for message in waiting.drain(..) {
            let fits = batch.len() < self.batch_size
                && (batch.is_empty() || bytes + message.body.len() <= MOST_BYTES);
            if message.visible <= now && fits {
                bytes += message.body.len();
                batch.push(message);
            } else {
                left.push(message);
            }
        }
        let next = left.iter().map(|message| message.visible).min();
        *waiting = left;
        (batch, next)
    }

    /// Takes a message back that the function failed at: for another try, or as a dead letter.
    pub(super) fn take_back(&self, mut message: Message, why: &str) {
        let Self { declared, tries, .. } = self;
        if message.tries < *tries {
            let wait = self.visibility.as_secs_f64();
            self.observer.complain(format!(
                "queue {declared}: message {} failed ({} of {tries} tries), again in {wait} s: {why}",
                message.id, message.tries
            ));
            message.visible = Instant::now() + self.visibility;
            self.send(message);
            return;
        }
        let kept = self.keep(&message);
        let place = match &kept {
            Ok(path) => format!("kept in {}", path.display()),
            Err(error) => format!("and lost: {error}"),
        };
        self.observer.complain(format!(
            "queue {declared}: message {} failed {tries} times, a dead letter now, {place}: {why}",
            message.id
        ));
    }

    /// Writes a dead letter.
    fn keep(&self, message: &Message) -> std::io::Result<PathBuf> {
        std::fs::create_dir_all(&self.dead_letters)?;
        let path = self.dead_letters.join(format!("{}.json", message.id));
        let letter = json!({ "messageId": message.id, "body": message.body });
        std::fs::write(&path, format!("{letter:#}\n"))?;
        Ok(path)
    }

    pub(super) fn say(&self, text: &str) {
        self.observer.say(format!("queue {}: {text}", self.declared));
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Message>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
