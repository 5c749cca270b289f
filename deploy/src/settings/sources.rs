//! Buckets, queues and schedules: where events come from that are no HTTP requests.

use serde::Deserialize;

use super::{Arn, Between, Expression, Name, UrlPath};

/// An S3 bucket that is made; the function finds its name in `BUCKET_<NAME>`.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Bucket {
    /// Its name here; at S3 the function's name, the account and the region are added.
    pub name: Name,
    /// What the function may do. Default: read and write.
    #[serde(default)]
    pub access: Access,
    /// What the function is told of. Default: nothing.
    #[serde(default)]
    pub events: Vec<BucketEvent>,
    /// Only of keys that begin so.
    pub prefix: Option<String>,
    /// Only of keys that end so.
    pub suffix: Option<String>,
}

/// What the function may do with a bucket.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// Get and list objects.
    Read,
    /// Put and delete objects.
    Write,
    /// All of it.
    #[default]
    ReadWrite,
}

/// What happens in a bucket.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum BucketEvent {
    /// `s3:ObjectCreated:*`
    Created,
    /// `s3:ObjectRemoved:*`
    Removed,
}

/// An SQS queue whose messages the function takes.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Queue {
    /// Its name here; at SQS the function's name is added.
    pub name: Name,
    /// The ARN of a queue that exists. Default: the queue is made, with one for dead letters.
    pub arn: Option<Arn>,
    /// Whether the app sends to it too; it finds the URL in `QUEUE_<NAME>_URL`. Default: no.
    #[serde(default)]
    pub send: bool,
    /// Messages in one event. Default: 10.
    #[serde(default = "ten")]
    pub batch_size: Between<1, 10_000>,
    /// How many sandboxes may work on this queue at once. Default: no limit but the function's.
    pub max_concurrency: Option<Between<2, 1000>>,
    /// How often a message is tried before it becomes a dead letter. Default: 5.
    #[serde(default = "five")]
    pub tries: Between<1, 1000>,
}

/// An invocation by the clock, by EventBridge.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Schedule {
    /// Its name here; at EventBridge the function's name is added.
    pub name: Name,
    /// `rate(5 minutes)` or `cron(0 6 * * ? *)`, in UTC.
    pub expression: Expression,
}

/// Where events are posted, per service, since that is what an event tells. Default: `/events`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct EventPaths {
    /// Messages of all queues.
    pub sqs: Option<UrlPath>,
    /// Events of all buckets.
    pub s3: Option<UrlPath>,
    /// Events of all schedules.
    pub schedule: Option<UrlPath>,
}

impl Access {
    pub(crate) fn reads(self) -> bool {
        self != Self::Write
    }

    pub(crate) fn writes(self) -> bool {
        self != Self::Read
    }
}

impl BucketEvent {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Created => "s3:ObjectCreated:*",
            Self::Removed => "s3:ObjectRemoved:*",
        }
    }
}

fn five() -> Between<1, 1000> {
    Between::of::<5>()
}

fn ten() -> Between<1, 10_000> {
    Between::of::<10>()
}
