//! A message.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use md5::{Digest, Md5};
use tokio::time::Instant;

use super::unique_id;

/// A message in a queue.
#[derive(Clone)]
pub(in crate::twin) struct Message {
    pub(in crate::twin) id: String,
    pub(in crate::twin) body: String,
    pub(in crate::twin) attributes: BTreeMap<String, Attribute>,
    /// In milliseconds since 1970.
    pub(super) sent_ms: i64,
    pub(super) first_received_ms: Option<i64>,
    /// How often it was given to the function.
    pub(super) tries: u32,
    /// Nobody sees it before.
    pub(super) visible: Instant,
}

/// A value that a sender puts beside the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::twin) struct Attribute {
    pub(in crate::twin) kind: String,
    pub(in crate::twin) text: Option<String>,
    /// In base64.
    pub(in crate::twin) binary: Option<String>,
}

impl Message {
    pub(in crate::twin) fn new(body: String) -> Self {
        Self {
            id: unique_id(),
            body,
            attributes: BTreeMap::new(),
            sent_ms: Timestamp::now().as_millisecond(),
            first_received_ms: None,
            tries: 0,
            visible: Instant::now(),
        }
    }

    /// The same, which nobody sees for some seconds.
    pub(in crate::twin) fn later(mut self, delay_s: u64) -> Self {
        self.visible += std::time::Duration::from_secs(delay_s);
        self
    }

    /// By which senders look whether the body has arrived.
    pub(in crate::twin) fn md5_of_body(&self) -> String {
        Md5::digest(&self.body).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// What people send is not for logs.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("id", &self.id).field("tries", &self.tries).finish()
    }
}
