//! Time-outs, sizes and numbers that AWS has limits for.

use super::{Finding, error, warning};
use crate::deployment::{CLOUDFRONT_WAITS_S, Deployment};
use crate::settings::FrontDoor;

pub(super) fn check(deployment: &Deployment, findings: &mut Vec<Finding>) {
    gateway(deployment, findings);
    cloudfront(deployment, findings);
    concurrency(deployment, findings);
    snapstart(deployment, findings);
    buckets(deployment, findings);
    queues(deployment, findings);
}

fn gateway(deployment: &Deployment, findings: &mut Vec<Finding>) {
    let settings = &deployment.settings;
    let (most, door) = match deployment.front_door() {
        FrontDoor::RestApi if settings.streaming => (900, "a REST API that streams"),
        FrontDoor::RestApi => (29, "a REST API"),
        FrontDoor::HttpApi => (30, "an HTTP API"),
        FrontDoor::FunctionUrl | FrontDoor::Alb => return,
    };
    let waits = deployment.gateway_timeout_s();
    if waits > most && deployment.front_door() == FrontDoor::RestApi {
        findings.push(warning(
            "gateway-timeout",
            "gateway-timeout-s",
            format!(
                "{door} waits {most} s, not {waits} s, unless AWS has raised the account's quota"
            ),
            "ask for `Maximum integration timeout in milliseconds` in Service Quotas first",
        ));
    } else if waits > most {
        findings.push(error(
            "gateway-timeout",
            "gateway-timeout-s",
            format!("{door} waits {most} s at most, and no quota changes it; this says {waits} s"),
            "take a function URL or a REST API that streams for what takes longer",
        ));
    }
    let timeout = settings.timeout_s.get();
    if timeout > waits {
        // Events may well take longer than requests.
        let has_events = !settings.queues.is_empty() || deployment.is_invoked_asynchronously();
        let make = if has_events { warning } else { error };
        findings.push(make(
            "gateway-timeout",
            "timeout-s",
            format!(
                "an invocation may take {timeout} s, but {door} answers 504 after {waits} s while the \
                 function works on, and is paid, for nobody"
            ),
            &format!("set timeout-s to {} or less, or take a function URL", waits.saturating_sub(1).max(1)),
        ));
    }
}

fn cloudfront(deployment: &Deployment, findings: &mut Vec<Finding>) {
    let timeout = deployment.settings.timeout_s.get();
    if deployment.settings.cloudfront.is_some() && timeout > CLOUDFRONT_WAITS_S {
        findings.push(warning(
            "cloudfront-timeout",
            "timeout-s",
            format!(
                "CloudFront waits {CLOUDFRONT_WAITS_S} s for a byte of the answer, an invocation may take \
                 {timeout} s"
            ),
            format!(
                "set timeout-s to {CLOUDFRONT_WAITS_S} or less, or ask Service Quotas for more \
                 `Response timeout per origin`, and set it by hand"
            ),
        ));
    }
}

fn concurrency(deployment: &Deployment, findings: &mut Vec<Finding>) {
    let settings = &deployment.settings;
    let reserved = settings.reserved_concurrency.map(|number| number.get());
    let provisioned = settings.provisioned_concurrency.map(|number| number.get());
    if let (Some(reserved), Some(provisioned)) = (reserved, provisioned)
        && provisioned > reserved
    {
        findings.push(error(
            "concurrency",
            "provisioned-concurrency",
            format!(
                "{provisioned} sandboxes are to be kept started, but only {reserved} may be there"
            ),
            format!("set provisioned-concurrency to {reserved} or less"),
        ));
    }
    if let Some(reserved) = reserved.filter(|reserved| *reserved > 900) {
        findings.push(warning(
            "concurrency",
            "reserved-concurrency",
            format!(
                "{reserved} of an account's usual 1,000 are reserved, and AWS insists that 100 are \
                 left for other functions"
            ),
            "reserve 900 or less, or ask AWS for a higher limit",
        ));
    }
    if reserved.is_none() && deployment.front_door() == FrontDoor::FunctionUrl {
        findings.push(warning(
            "no-limit",
            "reserved-concurrency",
            "nothing limits how many sandboxes a flood of requests starts: a function URL has no \
             throttling"
                .to_owned(),
            "set reserved-concurrency, which a function URL answers with 429 beyond",
        ));
    }
}

/// <https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html>
fn snapstart(deployment: &Deployment, findings: &mut Vec<Finding>) {
    let settings = &deployment.settings;
    if !settings.snapstart {
        return;
    }
    findings.push(error(
        "snapstart-runtime",
        "snapstart",
        "SnapStart is for the managed runtimes of Java, Python and .NET; this function runs on \
         provided.al2023, for which AWS refuses it"
            .to_owned(),
        "leave it out; once AWS takes it, --allow snapstart-runtime",
    ));
    if settings.provisioned_concurrency.is_some() {
        findings.push(error(
            "snapstart-settings",
            "provisioned-concurrency",
            "SnapStart and provisioned concurrency exclude each other".to_owned(),
            "leave one of them out",
        ));
    }
    let tmp = settings.tmp_mb.get();
    if tmp > 512 {
        findings.push(error(
            "snapstart-settings",
            "tmp-mb",
            format!("SnapStart takes a /tmp of 512 MB, not {tmp}"),
            "leave tmp-mb out",
        ));
    }
}

fn buckets(deployment: &Deployment, findings: &mut Vec<Finding>) {
    // The longest region's name and an account's number are added.
    const ADDED: usize = "-123456789012-ap-southeast-2".len();
    for (at, bucket) in deployment.settings.buckets.iter().enumerate() {
        let length = deployment.name.as_str().len() + 1 + bucket.name.as_str().len() + ADDED;
        if length > 63 {
            findings.push(error(
                "bucket-name",
                format!("bucket.{at}.name"),
                format!(
                    "{}-{} becomes {length} characters with account and region, S3 takes 63",
                    deployment.name, bucket.name
                ),
                "choose a shorter name",
            ));
        }
    }
}

fn queues(deployment: &Deployment, findings: &mut Vec<Finding>) {
    for (at, queue) in deployment.settings.queues.iter().enumerate() {
        if queue.arn.is_some() {
            findings.push(warning(
                "queue-visibility",
                format!("queue.{at}.arn"),
                format!(
                    "a queue that exists has its own visibility time-out, which must be {} s or more \
                     (six times timeout-s), and its own dead letters",
                    deployment.visibility_timeout_s()
                ),
                "look by `aws sqs get-queue-attributes --attribute-names All`",
            ));
        }
        let reserved = deployment.settings.reserved_concurrency.map(|number| number.get());
        let most = queue.max_concurrency.map(|number| number.get());
        if let (Some(reserved), Some(most)) = (reserved, most)
            && most >= reserved
        {
            findings.push(warning(
                "queue-concurrency",
                format!("queue.{at}.max-concurrency"),
                format!("the queue may take all {reserved} reserved sandboxes, so that no request is served"),
                format!("set max-concurrency below {reserved}"),
            ));
        }
    }
}
