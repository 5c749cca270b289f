//! Lambda's pollers.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::Semaphore;

use super::event::{event, failures};
use super::{Message, Queue};
use crate::twin::lambda::Lambda;

/// Gives a queue's messages to the function, for ever.
pub(super) async fn poll(queue: Arc<Queue>, lambda: Lambda) {
    let places = Arc::new(Semaphore::new(queue.concurrency.min(Semaphore::MAX_PERMITS)));
    loop {
        // Nobody closes it.
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        let batch = queue.batch().await;
        let (queue, lambda) = (queue.clone(), lambda.clone());
        tokio::spawn(async move {
            deliver(&queue, &lambda, batch).await;
            drop(place);
        });
    }
}

async fn deliver(queue: &Queue, lambda: &Lambda, mut batch: Vec<Message>) {
    let now = Timestamp::now().as_millisecond();
    for message in &mut batch {
        message.tries += 1;
        message.first_received_ms.get_or_insert(now);
    }
    queue.say(&format!("{} for the function", counted(batch.len())));
    let answer = lambda.invoke(&event(queue, &batch)).await;
    let failed = answer.and_then(|answer| failures(&answer, &batch));
    for message in batch {
        match &failed {
            Err(why) => queue.take_back(message, why),
            Ok(failed) if failed.contains(&message.id) => {
                queue.take_back(message, "it is among the answer's batchItemFailures");
            }
            Ok(_) => {}
        }
    }
}

fn counted(messages: usize) -> String {
    let plural = if messages == 1 { "" } else { "s" };
    format!("{messages} message{plural}")
}
