//! Alarms, and the topic that they tell.

use super::hcl::{Body, Hcl, Map, expression};
use super::references;
use crate::deployment::{Alarm, Deployment};

pub(super) fn resources(deployment: &Deployment) -> Body {
    let Some(alarms) = &deployment.settings.alarms else {
        return Body::new();
    };
    let mut actions: Vec<Hcl> = alarms.topic.iter().map(|topic| topic.as_str().into()).collect();
    let mut body = Body::new();
    if let Some(email) = &alarms.email {
        let subscription = Body::new()
            .set("topic_arn", expression("aws_sns_topic.alarms.arn"))
            .set("protocol", "email")
            .set("endpoint", email);
        body = body
            .resource(
                "aws_sns_topic",
                "alarms",
                Body::new().set("name", deployment.name_of("alarms")),
            )
            .resource("aws_sns_topic_subscription", "alarms", subscription);
        actions.push(expression("aws_sns_topic.alarms.arn"));
    }
    deployment.alarms().iter().fold(body, |body, alarm| {
        let name = alarm.name.replace('-', "_");
        body.resource("aws_cloudwatch_metric_alarm", &name, of(deployment, alarm, &actions))
    })
}

fn of(deployment: &Deployment, alarm: &Alarm, actions: &[Hcl]) -> Body {
    let dimensions = alarm.subjects.iter().fold(Map::new(), |map, (name, subject)| {
        map.put(*name, references::subject(deployment, subject))
    });
    // A percentile is what CloudWatch calls an extended statistic.
    let is_percentile = alarm.statistic.starts_with('p');
    let key = if is_percentile { "extended_statistic" } else { "statistic" };
    Body::new()
        .set("alarm_name", deployment.name_of(&alarm.name))
        .set("alarm_description", alarm.description.as_str())
        .set("namespace", alarm.namespace)
        .set("metric_name", alarm.metric)
        .set("dimensions", dimensions)
        .set(key, alarm.statistic)
        .set("period", alarm.period_s)
        .set("evaluation_periods", alarm.periods)
        .set("threshold", alarm.threshold)
        .set("comparison_operator", "GreaterThanOrEqualToThreshold")
        .set("treat_missing_data", "notBreaching")
        .set_some("alarm_actions", (!actions.is_empty()).then(|| actions.to_vec()))
}
