//! The event that messages become, and what the function's answer says of each.

use std::collections::BTreeSet;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::{Message, Queue, unique_id};
use crate::twin::ACCOUNT;

/// <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html>
pub(super) fn event(queue: &Queue, messages: &[Message]) -> Value {
    let records: Vec<_> = messages.iter().map(|message| record(queue, message)).collect();
    json!({ "Records": records })
}

fn record(queue: &Queue, message: &Message) -> Value {
    let attributes: Map<_, _> = message
        .attributes
        .iter()
        .map(|(name, attribute)| {
            let mut value = json!({
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": attribute.kind,
            });
            for (key, text) in
                [("stringValue", &attribute.text), ("binaryValue", &attribute.binary)]
            {
                if let Some(text) = text {
                    value[key] = text.as_str().into();
                }
            }
            (name.clone(), value)
        })
        .collect();
    let first = message.first_received_ms.unwrap_or(message.sent_ms);
    json!({
        "messageId": message.id,
        "receiptHandle": unique_id(),
        "body": message.body,
        "attributes": {
            "ApproximateReceiveCount": message.tries.to_string(),
            "SentTimestamp": message.sent_ms.to_string(),
            "SenderId": ACCOUNT,
            "ApproximateFirstReceiveTimestamp": first.to_string(),
        },
        "messageAttributes": attributes,
        "md5OfBody": message.md5_of_body(),
        "eventSource": "aws:sqs",
        "eventSourceARN": queue.arn,
        "awsRegion": queue.region,
    })
}

/// The ids of messages that the function failed at; an error if that is all of them.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html>
pub(super) fn failures(answer: &Bytes, messages: &[Message]) -> Result<BTreeSet<String>, String> {
    let Ok(answer) = serde_json::from_slice::<Value>(answer) else {
        return Ok(BTreeSet::new());
    };
    let failures = match &answer["batchItemFailures"] {
        Value::Array(failures) => failures,
        _ => return Ok(BTreeSet::new()),
    };
    let mut failed = BTreeSet::new();
    for failure in failures {
        let id = failure["itemIdentifier"].as_str().unwrap_or_default();
        if !messages.iter().any(|message| message.id == id) {
            return Err(format!(
                "batchItemFailures names {:?}, which is no message of the batch: then all have failed",
                failure["itemIdentifier"]
            ));
        }
        failed.insert(id.to_owned());
    }
    Ok(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_says_which_messages_stay() {
        let messages = [Message::new("a".into()), Message::new("b".into())];
        let of = |answer: Value| failures(&answer.to_string().into(), &messages);
        for good in [json!(null), json!({}), json!({ "batchItemFailures": [] }), json!("text")] {
            assert_eq!(of(good), Ok(BTreeSet::new()));
        }
        assert_eq!(failures(&Bytes::from("no JSON"), &messages), Ok(BTreeSet::new()));
        let one = json!({ "batchItemFailures": [{ "itemIdentifier": messages[1].id }] });
        assert_eq!(of(one), Ok([messages[1].id.clone()].into()));
        for bad in [json!(""), json!(null), json!("another")] {
            assert!(of(json!({ "batchItemFailures": [{ "itemIdentifier": bad }] })).is_err());
        }
        assert!(of(json!({ "batchItemFailures": [{ "itemidentifier": "x" }] })).is_err());
    }
}
