//! Front doors: who may come in, and how.

use super::{Finding, error, warning};
use crate::deployment::Deployment;
use crate::partition::is_aws;
use crate::settings::{Arn, FrontDoor};

pub(super) fn check(deployment: &Deployment, findings: &mut Vec<Finding>) {
    certificates(deployment, findings);
    partition(deployment, findings);
    event_paths(deployment, findings);
    let settings = &deployment.settings;
    if deployment.front_door() == FrontDoor::Alb && deployment.alb_certificate().is_none() {
        findings.push(warning(
            "no-encryption",
            "alb",
            "there is no certificate, so the load balancer speaks HTTP: anybody on the way reads along"
                .to_owned(),
            "set alb.certificate, or put CloudFront before it",
        ));
    }
    if settings.cloudfront.is_some() && !deployment.is_signed() {
        findings.push(warning(
            "open-origin",
            "cloudfront",
            format!(
                "{} behind CloudFront can still be called directly",
                deployment.front_door().title()
            ),
            "cloudfront.signed = true closes a function URL, if clients can send \
             x-amz-content-sha256 with bodies and the app reads no Authorization, which \
             CloudFront's signature replaces",
        ));
    }
    if settings.access_logs && deployment.front_door() == FrontDoor::RestApi {
        findings.push(warning(
            "access-logs-role",
            "access-logs",
            "a REST API writes access logs only if the account has a role for it, once per region"
                .to_owned(),
            "look by `aws apigateway get-account`: cloudwatchRoleArn must be there",
        ));
    }
    let alarms = settings.alarms.as_ref();
    if alarms.is_some_and(|alarms| alarms.email.is_none() && alarms.topic.is_none()) {
        findings.push(warning(
            "silent-alarms",
            "alarms",
            "the alarms tell nobody".to_owned(),
            "set alarms.email or alarms.topic",
        ));
    }
}

fn certificates(deployment: &Deployment, findings: &mut Vec<Finding>) {
    let settings = &deployment.settings;
    let own = settings.domain.as_ref().map(|domain| ("domain.certificate", &domain.certificate));
    let alb = settings.alb.as_ref().and_then(|alb| alb.certificate.as_ref());
    let behind_cloudfront = settings.cloudfront.is_some();
    let mut look = |key: &str, certificate: &Arn, region: &str, whose: &str| {
        if certificate.region() != region {
            findings.push(error(
                "certificate-region",
                key,
                format!(
                    "{whose} takes certificates of {region}, this one is of {}",
                    certificate.region()
                ),
                format!("ask ACM for one in {region}"),
            ));
        }
    };
    let here = settings.region.as_deref();
    if let Some((key, certificate)) = own {
        match (behind_cloudfront, here) {
            (true, _) => look(key, certificate, "us-east-1", "CloudFront"),
            (false, Some(region)) => look(key, certificate, region, "the front door"),
            (false, None) => {}
        }
    }
    if let (Some(certificate), Some(region)) = (alb, here) {
        look("alb.certificate", certificate, region, "the load balancer");
    }
}

/// CloudFront stands in AWS's own partition; China has another one, the others none.
fn partition(deployment: &Deployment, findings: &mut Vec<Finding>) {
    let Some(region) = deployment.settings.region.as_deref() else {
        return;
    };
    if deployment.settings.cloudfront.is_some() && !is_aws(region) {
        findings.push(error(
            "partition",
            "cloudfront",
            format!(
                "{region} is outside the partition aws, whose CloudFront, zone and policies the \
                 templates name"
            ),
            "leave the table cloudfront out, and put what is there before it by hand",
        ));
    }
}

fn event_paths(deployment: &Deployment, findings: &mut Vec<Finding>) {
    let mut paths: Vec<_> = deployment.event_paths().into_iter().map(|(_, path)| path).collect();
    if has_default_path(deployment) {
        paths.push("/events");
    }
    let listed = deployment.settings.openapi.is_some();
    if paths.is_empty() || listed {
        return;
    }
    findings.push(warning(
        "event-path",
        "event-paths",
        format!(
            "{} can be posted to by anybody, since the front door lets every path through",
            paths.join(", ")
        ),
        "let these routes answer only if lambdafy::Context::source says that it is no HTTP request",
    ));
}

/// Whether the app gets events at the adapter's own path, since the settings name none for them.
fn has_default_path(deployment: &Deployment) -> bool {
    let settings = &deployment.settings;
    let (queues, schedules) = (&settings.queues, &settings.schedules);
    let has_objects = settings.buckets.iter().any(|bucket| !bucket.events.is_empty());
    let paths = &settings.event_paths;
    !queues.is_empty() && paths.sqs.is_none()
        || !schedules.is_empty() && paths.schedule.is_none()
        || has_objects && paths.s3.is_none()
}
