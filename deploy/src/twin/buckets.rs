//! The declared buckets: an S3 server on loopback, and the events of its objects.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::environment::{KEY, Places, bucket_name};
use super::http::Server;
use super::lambda::Lambda;
use super::objects::{Change, Objects};
use super::queues::unique_id;
use super::{ACCOUNT, Options, TwinError};
use crate::deployment::Deployment;
use crate::settings::{Bucket, BucketEvent};

/// Changes, and what of them the function is told.
pub(super) struct Told {
    changes: UnboundedReceiver<Change>,
    region: String,
    buckets: BTreeMap<String, Bucket>,
}

/// Starts the server, with the declared buckets.
pub(super) async fn serve(
    deployment: &Deployment,
    options: &Options,
) -> Result<(Server, Told), TwinError> {
    let region = Places::of(deployment).region;
    let named = |bucket: &Bucket| (bucket_name(deployment, &bucket.name, &region), bucket.clone());
    let buckets: BTreeMap<_, _> = deployment.settings.buckets.iter().map(named).collect();
    let root = options.folder.join("s3");
    let wrong = |path: &Path, error: &dyn std::fmt::Display| {
        TwinError(format!("{} cannot be written: {error}", path.display()))
    };
    for name in buckets.keys() {
        let folder = root.join(name);
        std::fs::create_dir_all(&folder).map_err(|error| wrong(&folder, &error))?;
    }
    // Objects find their files by this path.
    let root = root.canonicalize().map_err(|error| wrong(&root, &error))?;
    let files = FileSystem::new(&root).map_err(|error| wrong(&root, &format!("{error:?}")))?;
    let (told, changes) = unbounded_channel();
    let mut service = S3ServiceBuilder::new(Objects { files, root, told });
    service.set_auth(SimpleAuth::from_single(KEY.0, KEY.1));
    let server = Server::start("S3", options.s3_port, service.build()).await?;
    Ok((server, Told { changes, region, buckets }))
}

/// Tells the function of changes.
pub(super) async fn tell(mut told: Told, lambda: Lambda) {
    while let Some(change) = told.changes.recv().await {
        let wanted = told.buckets.get(&change.bucket).is_some_and(|bucket| wants(bucket, &change));
        let Change { event, bucket, key, .. } = &change;
        let heard = if wanted { "" } else { ", of which the function is not told" };
        lambda.observer.say(format!("s3 {event} {bucket}/{key}{heard}"));
        if wanted {
            lambda.enqueue(&event_of(&change, &told.region)).await;
        }
    }
}

fn wants(bucket: &Bucket, change: &Change) -> bool {
    let kind = |event: &BucketEvent| match event {
        BucketEvent::Created => change.event.starts_with("ObjectCreated:"),
        BucketEvent::Removed => change.event.starts_with("ObjectRemoved:"),
    };
    bucket.events.iter().any(kind)
        && bucket.prefix.as_ref().is_none_or(|prefix| change.key.starts_with(prefix))
        && bucket.suffix.as_ref().is_none_or(|suffix| change.key.ends_with(suffix))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>
fn event_of(change: &Change, region: &str) -> Value {
    let now = Timestamp::now();
    let mut object = json!({
        "key": in_event(&change.key),
        "sequencer": format!("{:018X}", now.as_microsecond()),
    });
    if let Some(size) = change.size {
        object["size"] = size.into();
        object["eTag"] = change.etag.as_deref().into();
    }
    let bucket = change.bucket.as_str();
    json!({ "Records": [{
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": region,
        "eventTime": now.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
        "eventName": change.event,
        "userIdentity": { "principalId": ACCOUNT },
        "requestParameters": { "sourceIPAddress": "127.0.0.1" },
        "responseElements": { "x-amz-request-id": unique_id(), "x-amz-id-2": unique_id() },
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "lambdafy",
            "bucket": {
                "name": bucket,
                "ownerIdentity": { "principalId": ACCOUNT },
                "arn": format!("arn:aws:s3:::{bucket}"),
            },
            "object": object,
        },
    }]})
}

/// A key as it stands in events: encoded as in a form, but for slashes.
fn in_event(key: &str) -> String {
    let mut out = String::new();
    for byte in key.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' | b'/' => {
                out.push(char::from(byte));
            }
            b' ' => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_encoded_in_events_as_s3_does() {
        assert_eq!(in_event("in/my photo+1.jpg"), "in/my+photo%2B1.jpg");
        assert_eq!(in_event("é&=%"), "%C3%A9%26%3D%25");
    }
}
