//! What a stack waits for, told when nothing else is to be told.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use aws_sdk_cloudformation::types::StackEvent;

/// After how long a silence it is worth a line.
const SILENCE: Duration = Duration::from_secs(20);

/// Types that take their time, and how long that usually is.
const SLOW: [(&str, &str); 5] = [
    ("AWS::CloudFront::Distribution", "3 to 10 minutes"),
    ("AWS::RDS::DBInstance", "5 to 15 minutes"),
    ("AWS::RDS::DBProxy", "5 to 10 minutes"),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "2 to 4 minutes"),
    ("AWS::Route53::RecordSet", "1 minute"),
];

/// The resources that are being made, changed or removed.
pub(super) struct Waiting {
    started: Instant,
    last: Instant,
    open: BTreeMap<String, String>,
}

impl Waiting {
    pub(super) fn new() -> Self {
        Self { started: Instant::now(), last: Instant::now(), open: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, event: &StackEvent) {
        self.last = Instant::now();
        let id = event.logical_resource_id().unwrap_or_default().to_owned();
        let kind = event.resource_type().unwrap_or_default();
        let status = event.resource_status().map_or("", |status| status.as_str());
        // The stack itself is among its events.
        if status.ends_with("_IN_PROGRESS") && kind != "AWS::CloudFormation::Stack" {
            self.open.insert(id, kind.to_owned());
        } else {
            self.open.remove(&id);
        }
    }

    /// A line, if there has been none for a while.
    pub(super) fn text(&mut self) -> Option<String> {
        if self.last.elapsed() < SILENCE {
            return None;
        }
        self.last = Instant::now();
        Some(said(self.started.elapsed(), &self.open))
    }
}

fn said(since: Duration, open: &BTreeMap<String, String>) -> String {
    let names: Vec<_> = open
        .iter()
        .map(|(id, kind)| match SLOW.iter().find(|(slow, _)| slow == kind) {
            Some((_, usual)) => format!("{id} (usually {usual})"),
            None => id.clone(),
        })
        .collect();
    let what = if names.is_empty() { "CloudFormation".to_owned() } else { names.join(", ") };
    format!("{} s so far, waiting for {what}", since.as_secs())
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudformation::types::ResourceStatus;

    use super::*;

    fn event(id: &str, kind: &str, status: ResourceStatus) -> StackEvent {
        StackEvent::builder()
            .stack_id("x")
            .stack_name("x")
            .event_id(id)
            .timestamp(aws_sdk_cloudformation::primitives::DateTime::from_secs(0))
            .logical_resource_id(id)
            .resource_type(kind)
            .resource_status(status)
            .build()
    }

    #[test]
    fn a_silent_wait_says_for_what_and_how_long_that_takes() {
        let mut waiting = Waiting::new();
        assert_eq!(waiting.text(), None, "nothing yet");
        let stack = "AWS::CloudFormation::Stack";
        waiting.add(&event("orders", stack, ResourceStatus::CreateInProgress));
        let distribution = "AWS::CloudFront::Distribution";
        waiting.add(&event("Distribution", distribution, ResourceStatus::CreateInProgress));
        waiting.add(&event("Role", "AWS::IAM::Role", ResourceStatus::CreateInProgress));
        waiting.add(&event("Role", "AWS::IAM::Role", ResourceStatus::CreateComplete));
        assert_eq!(
            said(Duration::from_secs(65), &waiting.open),
            "65 s so far, waiting for Distribution (usually 3 to 10 minutes)"
        );
    }
}
