//! What the function's role is allowed: the actions that the declared resources need, no more.

use super::Deployment;
use crate::settings::Name;

/// A statement of a policy.
pub(crate) struct Statement {
    pub(crate) comment: Option<&'static str>,
    pub(crate) actions: Vec<String>,
    pub(crate) resources: Vec<Resource>,
}

/// What a statement is about.
pub(crate) enum Resource {
    /// Everything; for actions that know no resource.
    Any,
    /// The function's log streams.
    LogStreams,
    /// A bucket that is made.
    Bucket(Name),
    /// Its objects.
    BucketObjects(Name),
    /// A queue that is made.
    Queue(Name),
    /// The dead letters of events for which nobody waits.
    DeadLetters,
    /// The secret that a database makes.
    DatabaseSecret,
    /// An ARN that the settings name.
    Arn(String),
}

impl Deployment {
    pub(crate) fn statements(&self) -> Vec<Statement> {
        let mut all =
            vec![statement(&["logs:CreateLogStream", "logs:PutLogEvents"], [Resource::LogStreams])];
        if self.settings.tracing {
            all.push(
                statement(&["xray:PutTraceSegments", "xray:PutTelemetryRecords"], [Resource::Any])
                    .because("X-Ray's actions know no resource."),
            );
        }
        if self.settings.vpc.is_some() {
            all.push(statement(&NETWORK, [Resource::Any]).because(
                "Lambda makes and removes the function's network interfaces by this role; \
                 the actions know no resource that is there beforehand.",
            ));
        }
        all.extend(self.bucket_statements());
        all.extend(self.queue_statements());
        if self.is_invoked_asynchronously() {
            all.push(statement(&["sqs:SendMessage"], [Resource::DeadLetters]));
        }
        all.extend(self.secret_statements());
        all.extend(self.settings.permissions.iter().map(|permission| Statement {
            comment: Some("Declared as [[package.metadata.lambdafy.permission]]."),
            actions: permission.actions.iter().map(ToString::to_string).collect(),
            resources:
                permission.resources.iter().map(|arn| Resource::Arn(arn.to_string())).collect(),
        }));
        all
    }

    fn bucket_statements(&self) -> Vec<Statement> {
        let mut all = Vec::new();
        for bucket in &self.settings.buckets {
            let objects = || [Resource::BucketObjects(bucket.name.clone())];
            if bucket.access.reads() {
                all.push(
                    statement(&["s3:ListBucket"], [Resource::Bucket(bucket.name.clone())])
                        .because("Without it a missing object is a 403, not a 404."),
                );
                all.push(statement(&["s3:GetObject"], objects()));
            }
            if bucket.access.writes() {
                let actions = ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"];
                all.push(statement(&actions, objects()));
            }
        }
        all
    }

    fn queue_statements(&self) -> Vec<Statement> {
        let mut all = Vec::new();
        for queue in &self.settings.queues {
            let resource = || match &queue.arn {
                Some(arn) => [Resource::Arn(arn.to_string())],
                None => [Resource::Queue(queue.name.clone())],
            };
            let take = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
            all.push(statement(&take, resource()));
            if queue.send {
                all.push(statement(&["sqs:SendMessage"], resource()));
            }
        }
        all
    }

    fn secret_statements(&self) -> Vec<Statement> {
        let mut all = Vec::new();
        let database = self.settings.database.as_ref();
        if database.is_some_and(|database| database.instance_class.is_some()) {
            all.push(statement(&["secretsmanager:GetSecretValue"], [Resource::DatabaseSecret]));
        }
        let own = database.and_then(|database| database.secret.as_ref());
        let declared = self.settings.secrets.values();
        for arn in own.into_iter().chain(declared) {
            let action = match arn.service() {
                "ssm" => "ssm:GetParameter",
                _ => "secretsmanager:GetSecretValue",
            };
            all.push(statement(&[action], [Resource::Arn(arn.to_string())]));
        }
        all
    }
}

/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions>
const NETWORK: [&str; 6] = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
];

fn statement<const N: usize>(actions: &[&str], resources: [Resource; N]) -> Statement {
    Statement {
        comment: None,
        actions: actions.iter().map(|action| (*action).to_owned()).collect(),
        resources: resources.into(),
    }
}

impl Statement {
    fn because(self, comment: &'static str) -> Self {
        Self { comment: Some(comment), ..self }
    }
}
