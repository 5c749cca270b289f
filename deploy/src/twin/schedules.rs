//! EventBridge's rules: events by the clock.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::lambda::Lambda;
use super::{ACCOUNT, environment};
use crate::deployment::Deployment;
use crate::settings::Expression;

/// The longest sleep: the clock may be set, and a machine may sleep itself.
const LOOK: Duration = Duration::from_secs(30);

/// The declared schedules.
#[derive(Clone, Debug)]
pub(super) struct Schedules(Vec<Schedule>);

#[derive(Clone, Debug)]
struct Schedule {
    name: String,
    rule: String,
    region: String,
    expression: Expression,
}

impl Schedules {
    pub(super) fn of(deployment: &Deployment) -> Self {
        let region = environment::Places::of(deployment).region;
        let schedule = |schedule: &crate::settings::Schedule| Schedule {
            name: schedule.name.to_string(),
            rule: deployment.name_of(schedule.name.as_str()),
            region: region.clone(),
            expression: schedule.expression.clone(),
        };
        Self(deployment.settings.schedules.iter().map(schedule).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The event of a schedule, as if it were due now.
    pub(super) fn event(&self, name: &str) -> Option<Value> {
        let schedule = self.0.iter().find(|schedule| schedule.name == name)?;
        Some(schedule.event(Timestamp::now()))
    }

    /// Keeps the time.
    pub(super) fn run(self, lambda: &Lambda) -> Vec<JoinHandle<()>> {
        let run = |schedule: Schedule| tokio::spawn(schedule.run(lambda.clone()));
        self.0.into_iter().map(run).collect()
    }
}

impl Schedule {
    async fn run(self, lambda: Lambda) {
        let mut now = Timestamp::now();
        while let Some(due) = self.expression.after(now) {
            loop {
                now = Timestamp::now();
                let left = due.duration_since(now).unsigned_abs();
                if now >= due {
                    break;
                }
                tokio::time::sleep(left.min(LOOK)).await;
            }
            lambda.observer.say(format!("schedule {} is due", self.name));
            lambda.enqueue(&self.event(due)).await;
        }
        lambda.observer.say(format!("schedule {} is never due again", self.name));
    }

    /// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html>
    fn event(&self, time: Timestamp) -> Value {
        let Self { rule, region, .. } = self;
        json!({
            "version": "0",
            "id": super::queues::unique_id(),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": ACCOUNT,
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "region": region,
            "resources": [format!("arn:aws:events:{region}:{ACCOUNT}:rule/{rule}")],
            "detail": {},
        })
    }
}
