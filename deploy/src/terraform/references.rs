//! How Terraform names what the deployment is made of.

use super::hcl::{Hcl, expression};
use crate::deployment::{Deployment, Resource, Subject, VariableValue};
use crate::settings::{FrontDoor, Name};

pub(super) const ACCOUNT: &str = "${data.aws_caller_identity.current.account_id}";
pub(super) const REGION: &str = "${data.aws_region.current.region}";
const PARTITION: &str = "${data.aws_partition.current.partition}";

/// A text with `${...}`.
pub(super) fn template(text: &str) -> Hcl {
    expression(format!("\"{text}\""))
}

pub(super) fn variable(deployment: &Deployment, value: &VariableValue) -> Hcl {
    match value {
        VariableValue::Text(text) => text.into(),
        VariableValue::BucketName(name) => template(&bucket_name(deployment, name)),
        VariableValue::QueueUrl(name) => expression(format!("{}.url", queue(name))),
        VariableValue::DatabaseHost => match &deployment.settings.database {
            Some(database) if database.proxy => expression("aws_db_proxy.app.endpoint"),
            _ => expression("aws_db_instance.app.address"),
        },
        VariableValue::DatabaseSecret => database_secret(),
    }
}

pub(super) fn resource(deployment: &Deployment, resource: &Resource) -> Hcl {
    let bucket = |name| format!("arn:{PARTITION}:s3:::{}", bucket_name(deployment, name));
    match resource {
        Resource::Any => "*".into(),
        Resource::LogStreams => template("${aws_cloudwatch_log_group.app.arn}:*"),
        Resource::Bucket(name) => template(&bucket(name)),
        Resource::BucketObjects(name) => template(&(bucket(name) + "/*")),
        Resource::Queue(name) => expression(format!("{}.arn", queue(name))),
        Resource::DeadLetters => expression("aws_sqs_queue.dead_letters.arn"),
        Resource::DatabaseSecret => database_secret(),
        Resource::Arn(arn) => arn.into(),
    }
}

pub(super) fn subject(deployment: &Deployment, subject: &Subject) -> Hcl {
    let queue_name = |address: String| expression(format!("{address}.name"));
    match subject {
        Subject::FunctionName => expression("aws_lambda_function.app.function_name"),
        Subject::ApiName => expression("aws_api_gateway_rest_api.app.name"),
        Subject::ApiId => expression("aws_apigatewayv2_api.app.id"),
        Subject::Stage => match deployment.front_door() {
            FrontDoor::RestApi => expression("aws_api_gateway_stage.app.stage_name"),
            _ => expression("aws_apigatewayv2_stage.app.name"),
        },
        Subject::LoadBalancer => expression("aws_lb.app.arn_suffix"),
        Subject::Queue(name) => queue_name(queue(name)),
        Subject::QueueDeadLetters(name) => queue_name(queue(name) + "_dead_letters"),
        Subject::DeadLetters => queue_name("aws_sqs_queue.dead_letters".to_owned()),
        Subject::Database => expression("aws_db_instance.app.identifier"),
    }
}

/// The bucket's name in Terraform's words.
pub(super) fn bucket_name(deployment: &Deployment, name: &Name) -> String {
    deployment
        .bucket_name(name)
        .replace("${AWS::AccountId}", ACCOUNT)
        .replace("${AWS::Region}", REGION)
}

pub(super) fn queue(name: &Name) -> String {
    format!("aws_sqs_queue.{}", name.snake())
}

pub(super) fn database_secret() -> Hcl {
    expression("aws_db_instance.app.master_user_secret[0].secret_arn")
}

/// The front door's own address.
pub(super) fn door_url(deployment: &Deployment) -> Hcl {
    match deployment.front_door() {
        FrontDoor::RestApi => template("${aws_api_gateway_stage.app.invoke_url}/"),
        FrontDoor::HttpApi => template("${aws_apigatewayv2_api.app.api_endpoint}/"),
        FrontDoor::FunctionUrl => expression("aws_lambda_function_url.app.function_url"),
        FrontDoor::Alb => match deployment.alb_certificate() {
            Some(_) => template("https://${aws_lb.app.dns_name}/"),
            None => template("http://${aws_lb.app.dns_name}/"),
        },
    }
}
