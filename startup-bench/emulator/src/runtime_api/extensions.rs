//! The extensions of one sandbox, and the rules by which they register, wait and end.

use std::collections::VecDeque;

use serde_json::{Value, json};

use super::refusal::Refusal;
use crate::Invocation;

/// How many extensions Lambda allows.
const MAX_EXTENSIONS: usize = 10;

/// Why a sandbox ends, as its extensions are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShutdownReason {
    /// It is not needed any more.
    Spindown,
    /// An invocation took too long.
    Timeout,
    /// The runtime or an extension failed.
    Failure,
}

impl ShutdownReason {
    fn as_str(self) -> &'static str {
        match self {
            Self::Spindown => "spindown",
            Self::Timeout => "timeout",
            Self::Failure => "failure",
        }
    }
}

/// The extensions that are to come from outside, and all that registered themselves.
#[derive(Debug, Default)]
pub(super) struct Extensions {
    external: Vec<String>,
    registered: Vec<Extension>,
}

/// What an extension wants to be told.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wanted {
    pub(super) invoke: bool,
    pub(super) shutdown: bool,
}

#[derive(Debug)]
struct Extension {
    name: String,
    id: String,
    wanted: Wanted,
    stage: Stage,
    /// Whether it ever asked for an event: that ends its part of the start.
    has_polled: bool,
    events: VecDeque<Value>,
}

/// How far an extension has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Registered,
    /// It waits for an event.
    Waiting,
    /// It got an event and has not asked for the next.
    Working,
    /// It reported that it can't go on.
    Failed,
}

impl Extensions {
    /// Those that the platform starts, by the names of their files.
    pub(super) fn new(external: Vec<String>) -> Self {
        Self { external, registered: Vec::new() }
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.registered.iter().map(|extension| extension.name.clone()).collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.registered.is_empty() && self.external.is_empty()
    }

    /// Whether all that the platform starts have registered, so that the runtime may start.
    pub(super) fn have_registered(&self) -> bool {
        self.external.iter().all(|name| self.registered.iter().any(|known| known.name == *name))
    }

    /// Whether all have ended their part of the start.
    pub(super) fn are_ready(&self) -> bool {
        self.have_registered() && self.registered.iter().all(|extension| extension.has_polled)
    }

    /// Whether all wait for an event and there is none: an invocation is over.
    pub(super) fn are_idle(&self) -> bool {
        let is_idle = |known: &Extension| known.stage == Stage::Waiting && known.events.is_empty();
        self.registered.iter().all(is_idle)
    }

    pub(super) fn add(&mut self, name: &str, wanted: Wanted) -> Result<String, Refusal> {
        if self.registered.iter().any(|extension| extension.name == name) {
            let message = "Extension with this name already registered";
            return Err(Refusal::forbidden("Extension.InvalidExtensionState", message));
        }
        if self.registered.len() == MAX_EXTENSIONS {
            let message = format!("Extension limit ({MAX_EXTENSIONS}) reached");
            return Err(Refusal::forbidden("Extension.TooManyExtensions", message));
        }
        let is_external = self.external.iter().any(|external| external == name);
        if wanted.shutdown && !is_external {
            let message = "SHUTDOWN: ShutdownEventNotSupportedForInternalExtension";
            return Err(Refusal::forbidden("Extension.InvalidEventType", message));
        }
        let id = crate::ids::uuid();
        self.registered.push(Extension {
            name: name.to_owned(),
            id: id.clone(),
            wanted,
            stage: Stage::Registered,
            has_polled: false,
            events: VecDeque::new(),
        });
        Ok(id)
    }

    /// The name of the extension with this id.
    pub(super) fn name_of(&self, id: &str) -> Option<&str> {
        let found = self.registered.iter().find(|extension| extension.id == id);
        found.map(|extension| extension.name.as_str())
    }

    /// Tells those that want to know about an invocation.
    pub(super) fn announce(&mut self, invocation: &Invocation, deadline_ms: u64, arn: &str) {
        for extension in self.registered.iter_mut().filter(|known| known.wanted.invoke) {
            extension.events.push_back(json!({
                "eventType": "INVOKE",
                "deadlineMs": deadline_ms,
                "requestId": invocation.request_id,
                "invokedFunctionArn": arn,
                "tracing": {"type": "X-Amzn-Trace-Id", "value": invocation.trace_id},
            }));
        }
    }

    /// Tells those that want to know that the sandbox ends; gives their names.
    pub(super) fn shut_down(&mut self, reason: ShutdownReason, deadline_ms: u64) -> Vec<String> {
        let mut told = Vec::new();
        for extension in self.registered.iter_mut().filter(|known| known.wanted.shutdown) {
            extension.events.push_back(json!({
                "eventType": "SHUTDOWN",
                "shutdownReason": reason.as_str(),
                "deadlineMs": deadline_ms,
            }));
            told.push(extension.name.clone());
        }
        told
    }

    /// An extension asks for an event.
    pub(super) fn wait(&mut self, id: &str) -> Result<(), Refusal> {
        let extension = self.find(id)?;
        if extension.stage == Stage::Failed {
            return Err(invalid_state("InitError", "Ready", id));
        }
        extension.stage = Stage::Waiting;
        extension.has_polled = true;
        Ok(())
    }

    /// Takes the next event for an extension that waits.
    pub(super) fn take(&mut self, id: &str) -> Option<Value> {
        let extension = self.registered.iter_mut().find(|known| known.id == id)?;
        let event = extension.events.pop_front()?;
        extension.stage = Stage::Working;
        Some(event)
    }

    /// An extension went away while it waited.
    pub(super) fn leave(&mut self, id: &str) {
        if let Ok(extension) = self.find(id)
            && extension.stage == Stage::Waiting
        {
            extension.stage = Stage::Working;
        }
    }

    /// An extension says that it can't go on: in its start, or after it.
    pub(super) fn fail(&mut self, id: &str, in_init: bool) -> Result<(), Refusal> {
        let extension = self.find(id)?;
        match extension.stage {
            Stage::Failed => return Err(invalid_state("Failed", "Failed", id)),
            Stage::Waiting | Stage::Working if in_init => {
                return Err(invalid_state("Ready", "InitError", id));
            }
            _ => extension.stage = Stage::Failed,
        }
        Ok(())
    }

    /// Which are there, and what they wait for, as telemetry tells it at the end of a start.
    pub(super) fn describe(&self) -> Vec<Value> {
        let describe = |known: &Extension| {
            let events = [("INVOKE", known.wanted.invoke), ("SHUTDOWN", known.wanted.shutdown)];
            let events = events.iter().filter(|(_, wanted)| *wanted).map(|(name, _)| *name);
            json!({
                "name": known.name,
                "state": if known.stage == Stage::Failed { "Failed" } else { "Ready" },
                "events": events.collect::<Vec<_>>(),
            })
        };
        self.registered.iter().map(describe).collect()
    }

    fn find(&mut self, id: &str) -> Result<&mut Extension, Refusal> {
        let found = self.registered.iter_mut().find(|extension| extension.id == id);
        found.ok_or_else(Refusal::unknown_extension)
    }
}

fn invalid_state(from: &str, to: &str, id: &str) -> Refusal {
    let message = format!("State transition from {from} to {to} failed for extension {id}");
    Refusal::forbidden("Extension.InvalidExtensionState", message)
}
