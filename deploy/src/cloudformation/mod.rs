//! CloudFormation, and the parts of it that SAM and the Serverless Framework share.

mod alarms;
pub(crate) mod alb;
mod cloudfront;
mod database;
mod domain;
mod function;
pub(crate) mod http_api;
mod intrinsic;
pub(crate) mod rest_api;
mod role;
mod sources;
mod template;
pub(crate) mod url;

pub(crate) use function::{environment, function_properties, invoke_config};
pub use intrinsic::{Intrinsic, Map, Node};
pub(crate) use intrinsic::{attribute, reference, substitute};
pub(crate) use template::{Template, resource};

use crate::deployment::{ALIAS, Deployment};
use crate::settings::FrontDoor;

/// How a template names the function.
pub(crate) struct Target {
    /// The logical id of the function.
    pub(crate) function: &'static str,
    /// The ARN that is invoked, as a node.
    pub(crate) arn: Node,
    /// The same within a `!Sub`.
    pub(crate) arn_in_text: String,
    /// The version or alias that is invoked.
    pub(crate) qualifier: &'static str,
    /// What must be there before anything refers to it.
    pub(crate) depends_on: Option<&'static str>,
    /// The logical id of the function URL.
    pub(crate) url: &'static str,
}

/// The template for CloudFormation.
#[must_use]
pub fn template(deployment: &Deployment) -> String {
    format!(
        "{}\n{}",
        header(deployment, "CloudFormation template", "cloudformation"),
        document(deployment).yaml()
    )
}

/// The same as JSON, as it is sent to CloudFormation.
#[must_use]
pub fn json(deployment: &Deployment) -> serde_json::Value {
    document(deployment).json()
}

/// The first lines of a generated file.
pub(crate) fn header(deployment: &Deployment, what: &str, format: &str) -> String {
    format!(
        "# {what} of {}: {} before a Lambda function.\n\
         # Written by `cargo lambdafy template --format {format}` from [package.metadata.lambdafy]:\n\
         # change that, and write it again.\n",
        deployment.name,
        deployment.front_door().title(),
    )
}

fn document(deployment: &Deployment) -> Template {
    let target = Target {
        function: "Function",
        arn: reference("Alias"),
        arn_in_text: "${Alias}".to_owned(),
        qualifier: ALIAS,
        depends_on: Some("Alias"),
        url: "Url",
    };
    let mut template = Template::new(deployment);
    template.parameters = function::parameters();
    template.conditions = function::conditions();
    template.add(function::resources(deployment));
    template.add(invoke_config(deployment, &target));
    template.add(front_door(deployment, &target));
    add_shared(&mut template, deployment, &target);
    template.outputs = template.outputs.merge(function::outputs(deployment));
    template
}

/// The front door's resources.
pub(crate) fn front_door(deployment: &Deployment, target: &Target) -> Map {
    match deployment.front_door() {
        FrontDoor::RestApi => rest_api::resources(deployment, target),
        FrontDoor::HttpApi => http_api::resources(deployment, target),
        FrontDoor::FunctionUrl => url::resources(deployment, target),
        FrontDoor::Alb => alb::resources(deployment, target),
    }
}

/// What is the same whichever way the function and the front door are written.
pub(crate) fn add_shared(template: &mut Template, deployment: &Deployment, target: &Target) {
    template.add(role::resources(deployment));
    template.add(sources::resources(deployment, target));
    template.add(database::resources(deployment));
    template.add(cloudfront::resources(deployment, target));
    template.add(alarms::resources(deployment, target));
    template.outputs = outputs(deployment, target);
}

/// The URL under which the front door itself is found.
fn door_url(deployment: &Deployment, target: &Target) -> Node {
    match deployment.front_door() {
        FrontDoor::RestApi => rest_api::url(),
        FrontDoor::HttpApi => http_api::url(),
        FrontDoor::FunctionUrl => attribute(target.url, "FunctionUrl"),
        FrontDoor::Alb => alb::url(deployment),
    }
}

fn outputs(deployment: &Deployment, target: &Target) -> Map {
    let path = deployment.mapping().unwrap_or_default();
    let url = match (&deployment.settings.domain, deployment.cloudfront()) {
        (Some(domain), _) => format!("https://{}/{path}", domain.name).into(),
        (None, Some(_)) => substitute(format!("https://${{Distribution.DomainName}}/{path}")),
        (None, None) => door_url(deployment, target),
    };
    let output = |description: &str, value: Node| {
        Map::new().put("Description", description).put("Value", value)
    };
    Map::new()
        .put("Url", output("Where the app is found", url))
        .put("DoorUrl", output("The front door's own address", door_url(deployment, target)))
        .put("FunctionName", output("The function", reference(target.function)))
        .put("FunctionArn", output("What the front door invokes", target.arn.clone()))
}

/// A permission to invoke the function.
pub(crate) fn permission(target: &Target, action: &str, principal: &str) -> Map {
    Map::new()
        .put("FunctionName", target.arn.clone())
        .put("Action", action)
        .put("Principal", principal)
}
