//! Alarms, and the topic that they tell.

use super::{Map, Node, Target, attribute, reference, resource};
use crate::deployment::{Alarm, Deployment, STAGE, Subject};
use crate::settings::Name;

pub(super) fn resources(deployment: &Deployment, target: &Target) -> Map {
    let Some(alarms) = &deployment.settings.alarms else {
        return Map::new();
    };
    let mut actions: Vec<Node> = alarms.topic.iter().map(|topic| topic.as_str().into()).collect();
    let mut map = Map::new();
    if let Some(email) = &alarms.email {
        let subscription = Map::new().put("Protocol", "email").put("Endpoint", email);
        let topic = Map::new()
            .put("TopicName", deployment.name_of("alarms"))
            .put("Subscription", vec![subscription]);
        map = map.put("AlarmTopic", resource("AWS::SNS::Topic", topic));
        actions.push(reference("AlarmTopic"));
    }
    deployment.alarms().iter().fold(map, |map, alarm| {
        let id = format!("Alarm{}", camel(&alarm.name));
        map.put(
            id,
            resource("AWS::CloudWatch::Alarm", properties(deployment, alarm, target, &actions)),
        )
    })
}

fn properties(deployment: &Deployment, alarm: &Alarm, target: &Target, actions: &[Node]) -> Map {
    let dimensions: Vec<_> = alarm
        .subjects
        .iter()
        .map(|(name, subject)| {
            Map::new().put("Name", *name).put("Value", node(deployment, subject, target))
        })
        .collect();
    // A percentile is what CloudWatch calls an extended statistic.
    let is_percentile = alarm.statistic.starts_with('p');
    let key = if is_percentile { "ExtendedStatistic" } else { "Statistic" };
    Map::new()
        .put("AlarmName", deployment.name_of(&alarm.name))
        .put("AlarmDescription", alarm.description.as_str())
        .put("Namespace", alarm.namespace)
        .put("MetricName", alarm.metric)
        .put("Dimensions", dimensions)
        .put(key, alarm.statistic)
        .put("Period", alarm.period_s)
        .put("EvaluationPeriods", alarm.periods)
        .put("Threshold", alarm.threshold)
        .put("ComparisonOperator", "GreaterThanOrEqualToThreshold")
        .put("TreatMissingData", "notBreaching")
        .put_filled("AlarmActions", actions.to_vec())
}

fn node(deployment: &Deployment, subject: &Subject, target: &Target) -> Node {
    match subject {
        Subject::FunctionName => reference(target.function),
        Subject::ApiName => deployment.name.as_str().into(),
        Subject::ApiId => reference("HttpApi"),
        Subject::Stage => match deployment.front_door() {
            crate::settings::FrontDoor::RestApi => STAGE.into(),
            _ => "$default".into(),
        },
        Subject::LoadBalancer => attribute("LoadBalancer", "LoadBalancerFullName"),
        Subject::Queue(name) => attribute(queue(name), "QueueName"),
        Subject::QueueDeadLetters(name) => attribute(queue(name) + "DeadLetters", "QueueName"),
        Subject::DeadLetters => attribute("DeadLetters", "QueueName"),
        Subject::Database => reference("Database"),
    }
}

fn queue(name: &Name) -> String {
    format!("Queue{}", name.camel())
}

fn camel(name: &str) -> String {
    let capital = |part: &str| {
        let mut letters = part.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    name.split('-').map(capital).collect()
}
