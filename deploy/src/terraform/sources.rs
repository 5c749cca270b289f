//! Buckets, queues and schedules.

use super::function::{by, permission};
use super::hcl::{Body, Hcl, Map, expression, json};
use super::references::{self, template};
use crate::deployment::{DEAD_LETTERS_KEPT_S, Deployment};
use crate::settings::{Bucket, Queue, Schedule};
use crate::tree::texts;

pub(super) fn resources(deployment: &Deployment) -> Body {
    let settings = &deployment.settings;
    let mut body = Body::new();
    if deployment.is_invoked_asynchronously() {
        body = body
            .note("Events for which nobody waits end here when they have failed for good.")
            .resource(
                "aws_sqs_queue",
                "dead_letters",
                dead_letters(&deployment.name_of("dead-letters")),
            );
    }
    body = settings
        .buckets
        .iter()
        .fold(body, |body, bucket| body.merge(of_bucket(deployment, bucket)));
    body = settings.queues.iter().fold(body, |body, queue| body.merge(of_queue(deployment, queue)));
    body = settings
        .schedules
        .iter()
        .fold(body, |body, schedule| body.merge(of_schedule(deployment, schedule)));
    if settings.schedules.is_empty() {
        return body;
    }
    body.note("EventBridge puts an event here that it could not hand over at all.")
        .labelled(
            "data",
            &["aws_iam_policy_document", "dead_letters"],
            dead_letters_policy(deployment),
        )
        .resource(
            "aws_sqs_queue_policy",
            "dead_letters",
            Body::new()
                .set("queue_url", expression("aws_sqs_queue.dead_letters.url"))
                .set("policy", expression("data.aws_iam_policy_document.dead_letters.json")),
        )
}

fn dead_letters(name: &str) -> Body {
    Body::new().set("name", name).set("message_retention_seconds", DEAD_LETTERS_KEPT_S)
}

fn dead_letters_policy(deployment: &Deployment) -> Body {
    let rule = |schedule: &Schedule| {
        expression(format!("aws_cloudwatch_event_rule.{}.arn", schedule.name.snake()))
    };
    let rules: Vec<_> = deployment.settings.schedules.iter().map(rule).collect();
    let principals = Body::new()
        .set("type", "Service")
        .set("identifiers", texts::<String, _>(["events.amazonaws.com"]));
    let condition =
        Body::new().set("test", "ArnEquals").set("variable", "aws:SourceArn").set("values", rules);
    let statement = Body::new()
        .set("actions", texts::<String, _>(["sqs:SendMessage"]))
        .set("resources", vec![expression("aws_sqs_queue.dead_letters.arn")])
        .block("principals", principals)
        .block("condition", condition);
    Body::new().block("statement", statement)
}

fn of_bucket(deployment: &Deployment, bucket: &Bucket) -> Body {
    let name = bucket.name.snake();
    let address = format!("aws_s3_bucket.{name}");
    let id = || expression(format!("{address}.id"));
    let blocked = Body::new()
        .set("bucket", id())
        .set("block_public_acls", true)
        .set("block_public_policy", true)
        .set("ignore_public_acls", true)
        .set("restrict_public_buckets", true);
    let unfinished = Body::new()
        .set("id", "unfinished-uploads")
        .set("status", "Enabled")
        .block("filter", Body::new())
        .block(
            "abort_incomplete_multipart_upload",
            Body::new().set("days_after_initiation", 7_u32),
        );
    let lifecycle = Body::new().set("bucket", id()).block("rule", unfinished);
    let made = Body::new()
        .set("bucket", template(&references::bucket_name(deployment, &bucket.name)))
        .note("Data outlives the deployment: destroying it is refused.")
        .block("lifecycle", Body::new().set("prevent_destroy", true));
    let body = Body::new()
        .resource("aws_s3_bucket", &name, made)
        .resource("aws_s3_bucket_public_access_block", &name, blocked)
        .resource("aws_s3_bucket_lifecycle_configuration", &name, lifecycle);
    if bucket.events.is_empty() {
        return body;
    }
    let called =
        permission(&format!("bucket-{}", bucket.name), "lambda:InvokeFunction", "s3.amazonaws.com")
            .set("source_account", expression("data.aws_caller_identity.current.account_id"));
    body.resource(
        "aws_lambda_permission",
        &format!("bucket_{name}"),
        by(called, expression(format!("{address}.arn"))),
    )
    .resource("aws_s3_bucket_notification", &name, notification(bucket, id()))
}

fn notification(bucket: &Bucket, id: Hcl) -> Body {
    let events = texts(bucket.events.iter().map(|event| event.as_str()));
    let function = Body::new()
        .set("lambda_function_arn", expression("aws_lambda_alias.live.arn"))
        .set("events", events)
        .set_some("filter_prefix", bucket.prefix.as_ref())
        .set_some("filter_suffix", bucket.suffix.as_ref());
    let permission = format!("aws_lambda_permission.bucket_{}", bucket.name.snake());
    Body::new()
        .set("bucket", id)
        .block("lambda_function", function)
        .set("depends_on", vec![expression(permission)])
}

fn of_queue(deployment: &Deployment, queue: &Queue) -> Body {
    let name = queue.name.snake();
    let mapping = mapping(queue);
    if queue.arn.is_some() {
        return Body::new().resource("aws_lambda_event_source_mapping", &name, mapping);
    }
    let dead = format!("{name}_dead_letters");
    let redrive = Map::new()
        .put("deadLetterTargetArn", expression(format!("aws_sqs_queue.{dead}.arn")))
        .put("maxReceiveCount", queue.tries.get());
    let made = Body::new()
        .set("name", deployment.name_of(queue.name.as_str()))
        .note("Six times the function's time-out, as AWS asks.")
        .set("visibility_timeout_seconds", deployment.visibility_timeout_s())
        .set("redrive_policy", json(redrive));
    Body::new()
        .resource("aws_sqs_queue", &name, made)
        .resource(
            "aws_sqs_queue",
            &dead,
            dead_letters(&deployment.name_of(&format!("{}-dead-letters", queue.name))),
        )
        .resource("aws_lambda_event_source_mapping", &name, mapping)
}

fn mapping(queue: &Queue) -> Body {
    let source = match &queue.arn {
        Some(arn) => arn.as_str().into(),
        None => expression(format!("{}.arn", references::queue(&queue.name))),
    };
    let scaling =
        queue.max_concurrency.map(|most| Body::new().set("maximum_concurrency", most.get()));
    let window = (queue.batch_size.get() > 10).then_some(1_u32);
    Body::new()
        .set("event_source_arn", source)
        .set("function_name", expression("aws_lambda_alias.live.arn"))
        .set("batch_size", queue.batch_size.get())
        .set_some("maximum_batching_window_in_seconds", window)
        .note("An answer {\"batchItemFailures\": [...]} keeps only these messages in the queue.")
        .set("function_response_types", texts::<String, _>(["ReportBatchItemFailures"]))
        .block_some("scaling_config", scaling)
        .set("depends_on", vec![expression("aws_iam_role_policy.app")])
}

fn of_schedule(deployment: &Deployment, schedule: &Schedule) -> Body {
    let name = schedule.name.snake();
    let address = format!("aws_cloudwatch_event_rule.{name}");
    let rule = Body::new()
        .set("name", deployment.name_of(schedule.name.as_str()))
        .set("schedule_expression", schedule.expression.as_str());
    let dead = Body::new().set("arn", expression("aws_sqs_queue.dead_letters.arn"));
    let target = Body::new()
        .set("rule", expression(format!("{address}.name")))
        .set("arn", expression("aws_lambda_alias.live.arn"))
        .block("dead_letter_config", dead);
    let called = permission(
        &format!("schedule-{}", schedule.name),
        "lambda:InvokeFunction",
        "events.amazonaws.com",
    );
    Body::new()
        .resource("aws_cloudwatch_event_rule", &name, rule)
        .resource("aws_cloudwatch_event_target", &name, target)
        .resource(
            "aws_lambda_permission",
            &format!("schedule_{name}"),
            by(called, expression(format!("{address}.arn"))),
        )
}
