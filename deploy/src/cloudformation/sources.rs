//! Buckets, queues and schedules.

use super::{Map, Node, Target, attribute, permission, reference, resource, substitute};
use crate::deployment::{DEAD_LETTERS_KEPT_S, Deployment};
use crate::settings::{Bucket, Queue, Schedule};
use crate::tree::texts;

pub(super) fn resources(deployment: &Deployment, target: &Target) -> Map {
    let mut map = Map::new();
    if deployment.is_invoked_asynchronously() {
        map = map
            .note("Events for which nobody waits end here when they have failed for good.")
            .put("DeadLetters", dead_letters(&deployment.name_of("dead-letters")));
    }
    for bucket in &deployment.settings.buckets {
        map = map.merge(of_bucket(deployment, bucket, target));
    }
    for queue in &deployment.settings.queues {
        map = map.merge(of_queue(deployment, queue, target));
    }
    for schedule in &deployment.settings.schedules {
        map = map.merge(of_schedule(deployment, schedule, target));
    }
    if deployment.settings.schedules.is_empty() {
        return map;
    }
    map.note("EventBridge puts an event here that it could not hand over at all.")
        .put("DeadLettersPolicy", dead_letters_policy(deployment))
}

/// Kept for the 14 days that SQS keeps at most.
fn dead_letters(name: &str) -> Map {
    let properties =
        Map::new().put("QueueName", name).put("MessageRetentionPeriod", DEAD_LETTERS_KEPT_S);
    resource("AWS::SQS::Queue", properties)
}

fn dead_letters_policy(deployment: &Deployment) -> Map {
    let rules: Vec<_> = deployment
        .settings
        .schedules
        .iter()
        .map(|schedule| attribute(format!("Schedule{}", schedule.name.camel()), "Arn"))
        .collect();
    let condition = Map::new().put("ArnEquals", Map::new().put("aws:SourceArn", rules));
    let statement = Map::new()
        .put("Effect", "Allow")
        .put("Principal", Map::new().put("Service", "events.amazonaws.com"))
        .put("Action", "sqs:SendMessage")
        .put("Resource", attribute("DeadLetters", "Arn"))
        .put("Condition", condition);
    let properties = Map::new()
        .put("Queues", vec![reference("DeadLetters")])
        .put("PolicyDocument", super::role::document(vec![statement]));
    resource("AWS::SQS::QueuePolicy", properties)
}

fn of_bucket(deployment: &Deployment, bucket: &Bucket, target: &Target) -> Map {
    let id = format!("Bucket{}", bucket.name.camel());
    let blocked = Map::new()
        .put("BlockPublicAcls", true)
        .put("BlockPublicPolicy", true)
        .put("IgnorePublicAcls", true)
        .put("RestrictPublicBuckets", true);
    let unfinished = Map::new()
        .put("Id", "unfinished-uploads")
        .put("Status", "Enabled")
        .put("AbortIncompleteMultipartUpload", Map::new().put("DaysAfterInitiation", 7_u32));
    let properties = Map::new()
        .put("BucketName", substitute(deployment.bucket_name(&bucket.name)))
        .put("PublicAccessBlockConfiguration", blocked)
        .put("LifecycleConfiguration", Map::new().put("Rules", vec![unfinished]))
        .put_filled("NotificationConfiguration", notifications(bucket, target));
    let permission_id = format!("{id}Permission");
    let notifies = !bucket.events.is_empty();
    let made = resource("AWS::S3::Bucket", properties)
        .after(notifies.then_some(permission_id.as_str()))
        .kept();
    let map = Map::new().note("Data outlives the stack.").put(id, made);
    if !notifies {
        return map;
    }
    let source = format!("arn:${{AWS::Partition}}:s3:::{}", deployment.bucket_name(&bucket.name));
    let allowed = permission(target, "lambda:InvokeFunction", "s3.amazonaws.com")
        .put("SourceAccount", reference("AWS::AccountId"))
        .put("SourceArn", substitute(source));
    map.put(permission_id, resource("AWS::Lambda::Permission", allowed))
}

fn notifications(bucket: &Bucket, target: &Target) -> Map {
    let rules: Vec<_> = [("prefix", &bucket.prefix), ("suffix", &bucket.suffix)]
        .into_iter()
        .filter_map(|(name, value)| {
            Some(Map::new().put("Name", name).put("Value", value.as_ref()?))
        })
        .collect();
    let key = Map::new().put_filled("Rules", rules);
    let filter = Map::new().put_filled("S3Key", key);
    let configurations: Vec<_> = bucket
        .events
        .iter()
        .map(|event| {
            Map::new()
                .put("Event", event.as_str())
                .put("Function", target.arn.clone())
                .put_filled("Filter", filter.clone())
        })
        .collect();
    Map::new().put_filled("LambdaConfigurations", configurations)
}

fn of_queue(deployment: &Deployment, queue: &Queue, target: &Target) -> Map {
    let id = format!("Queue{}", queue.name.camel());
    let mapping = resource("AWS::Lambda::EventSourceMapping", mapping(queue, &id, target));
    let mapping_id = format!("{id}Mapping");
    if queue.arn.is_some() {
        return Map::new().put(mapping_id, mapping);
    }
    let dead = format!("{id}DeadLetters");
    let redrive = Map::new()
        .put("deadLetterTargetArn", attribute(dead.as_str(), "Arn"))
        .put("maxReceiveCount", queue.tries.get());
    let properties = Map::new()
        .put("QueueName", deployment.name_of(queue.name.as_str()))
        .note("Six times the function's time-out, as AWS asks.")
        .put("VisibilityTimeout", deployment.visibility_timeout_s())
        .put("RedrivePolicy", redrive);
    Map::new()
        .put(id, resource("AWS::SQS::Queue", properties))
        .put(dead, dead_letters(&deployment.name_of(&format!("{}-dead-letters", queue.name))))
        .put(mapping_id, mapping)
}

fn mapping(queue: &Queue, id: &str, target: &Target) -> Map {
    let source: Node =
        queue.arn.as_ref().map_or_else(|| attribute(id, "Arn"), |arn| arn.as_str().into());
    let scaling =
        queue.max_concurrency.map(|most| Map::new().put("MaximumConcurrency", most.get()));
    // Lambda asks for a window with batches of more than ten.
    let window = (queue.batch_size.get() > 10).then_some(1_u32);
    Map::new()
        .put("EventSourceArn", source)
        .put("FunctionName", target.arn.clone())
        .put("BatchSize", queue.batch_size.get())
        .put_some("MaximumBatchingWindowInSeconds", window)
        .note("An answer {\"batchItemFailures\": [...]} keeps only these messages in the queue.")
        .put("FunctionResponseTypes", texts(["ReportBatchItemFailures"]))
        .put_some("ScalingConfig", scaling)
}

fn of_schedule(deployment: &Deployment, schedule: &Schedule, target: &Target) -> Map {
    let id = format!("Schedule{}", schedule.name.camel());
    let to = Map::new()
        .put("Id", "function")
        .put("Arn", target.arn.clone())
        .put("DeadLetterConfig", Map::new().put("Arn", attribute("DeadLetters", "Arn")));
    let rule = Map::new()
        .put("Name", deployment.name_of(schedule.name.as_str()))
        .put("ScheduleExpression", schedule.expression.as_str())
        .put("Targets", vec![to]);
    let allowed = permission(target, "lambda:InvokeFunction", "events.amazonaws.com")
        .put("SourceArn", attribute(id.as_str(), "Arn"));
    Map::new()
        .put(id.as_str(), resource("AWS::Events::Rule", rule))
        .put(format!("{id}Permission"), resource("AWS::Lambda::Permission", allowed))
}
