//! Roles, logs, queues, buckets, rules, topics, alarms, records.

use super::{ANY, Actions};

/// What a type needs of a service that has no file of its own.
pub(super) fn of(kind: &str) -> &'static [Actions] {
    match kind {
        "AWS::Logs::LogGroup" => {
            &[(ANY, LOG_GROUPS), ("arn:*:logs:*:*:log-group:/aws/*/{name}*", LOG_GROUP)]
        }
        "AWS::IAM::Role" => &[("arn:*:iam::*:role/{name}-*", ROLE)],
        "AWS::SQS::Queue" | "AWS::SQS::QueuePolicy" => &[("arn:*:sqs:*:*:{name}-*", QUEUE)],
        "AWS::Events::Rule" => &[("arn:*:events:*:*:rule/{name}-*", RULE)],
        // Buckets with data are kept; one of a first attempt that failed is removed.
        "AWS::S3::Bucket" => &[("arn:*:s3:::{name}-*", BUCKET)],
        "AWS::SNS::Topic" => &[("arn:*:sns:*:*:{name}-*", TOPIC)],
        "AWS::CloudWatch::Alarm" => {
            &[("arn:*:cloudwatch:*:*:alarm:{name}-*", ALARM), (ANY, ALARMS)]
        }
        "AWS::Route53::RecordSet" => {
            &[("arn:*:route53:::hostedzone/*", RECORDS), ("arn:*:route53:::change/*", CHANGE)]
        }
        _ => &[],
    }
}

const LOG_GROUPS: &[&str] = &["logs:DescribeLogGroups"];
const LOG_GROUP: &[&str] = &[
    "logs:CreateLogGroup",
    "logs:DeleteLogGroup",
    "logs:DeleteRetentionPolicy",
    "logs:ListTagsForResource",
    "logs:PutRetentionPolicy",
];
const ROLE: &[&str] = &[
    "iam:CreateRole",
    "iam:DeleteRole",
    "iam:DeleteRolePolicy",
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListRolePolicies",
    "iam:PutRolePolicy",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
];
const QUEUE: &[&str] = &[
    "sqs:CreateQueue",
    "sqs:DeleteQueue",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ListQueueTags",
    "sqs:SetQueueAttributes",
];
const RULE: &[&str] = &[
    "events:DeleteRule",
    "events:DescribeRule",
    "events:ListTargetsByRule",
    "events:PutRule",
    "events:PutTargets",
    "events:RemoveTargets",
];
const BUCKET: &[&str] = &[
    "s3:CreateBucket",
    "s3:DeleteBucket",
    "s3:GetBucketNotification",
    "s3:GetBucketPublicAccessBlock",
    "s3:GetLifecycleConfiguration",
    "s3:ListBucket",
    "s3:PutBucketNotification",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutLifecycleConfiguration",
];
const TOPIC: &[&str] = &[
    "sns:CreateTopic",
    "sns:DeleteTopic",
    "sns:GetTopicAttributes",
    "sns:ListSubscriptionsByTopic",
    "sns:ListTagsForResource",
    "sns:SetTopicAttributes",
    "sns:Subscribe",
];
const ALARM: &[&str] = &["cloudwatch:DeleteAlarms", "cloudwatch:PutMetricAlarm"];
const ALARMS: &[&str] = &["cloudwatch:DescribeAlarms"];
const RECORDS: &[&str] = &[
    "route53:ChangeResourceRecordSets",
    "route53:GetHostedZone",
    "route53:ListResourceRecordSets",
];
const CHANGE: &[&str] = &["route53:GetChange"];
