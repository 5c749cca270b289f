//! Terraform, for version 6 of its AWS provider.

mod alarms;
mod apis;
mod cloudfront;
mod database;
mod domain;
mod doors;
mod function;
mod hcl;
mod references;
mod sources;

use hcl::{Body, Map, expression};

use crate::deployment::Deployment;
use crate::settings::FrontDoor;

/// The file `main.tf`.
#[must_use]
pub fn template(deployment: &Deployment) -> String {
    let header = crate::cloudformation::header(deployment, "Terraform", "terraform");
    let profile = deployment.settings.profile.as_deref().unwrap_or("function");
    let build = format!(
        "#\n#   cargo lambda build --profile {profile} --output-format zip\n#   terraform init && terraform apply\n"
    );
    format!("{header}{build}\n{}", body(deployment).text())
}

fn body(deployment: &Deployment) -> Body {
    settings(deployment)
        .merge(function::resources(deployment))
        .merge(match deployment.front_door() {
            FrontDoor::RestApi => apis::rest_api(deployment),
            FrontDoor::HttpApi => apis::http_api(deployment),
            FrontDoor::FunctionUrl => doors::function_url(deployment),
            FrontDoor::Alb => doors::alb(deployment),
        })
        .merge(sources::resources(deployment))
        .merge(database::resources(deployment))
        .merge(cloudfront::resources(deployment))
        .merge(alarms::resources(deployment))
        .merge(outputs(deployment))
}

fn settings(deployment: &Deployment) -> Body {
    let aws = Map::new().put("source", "hashicorp/aws").put("version", "~> 6.29");
    let zip = format!("{}/bootstrap.zip", deployment.package_folder());
    let region = deployment.settings.region.as_deref();
    let provider = region.map(|region| Body::new().set("region", region));
    let terraform = Body::new()
        .set("required_version", ">= 1.5")
        .note("6.29 knows the second permission of function URLs.")
        .block("required_providers", Body::new().set("aws", aws));
    let body = Body::new().block("terraform", terraform);
    let body = match provider {
        Some(provider) => body.labelled("provider", &["aws"], provider),
        None => body,
    };
    body.labelled(
        "variable",
        &["zip"],
        Body::new()
            .set("description", "The zip with the executable bootstrap")
            .set("type", expression("string"))
            .set("default", zip),
    )
    .labelled("data", &["aws_caller_identity", "current"], Body::new())
    .labelled("data", &["aws_region", "current"], Body::new())
    .labelled("data", &["aws_partition", "current"], Body::new())
}

fn outputs(deployment: &Deployment) -> Body {
    let path = deployment.mapping().unwrap_or_default();
    let url = match (&deployment.settings.domain, deployment.cloudfront()) {
        (Some(domain), _) => format!("https://{}/{path}", domain.name).into(),
        (None, Some(_)) => expression(format!(
            "\"https://${{aws_cloudfront_distribution.app.domain_name}}/{path}\""
        )),
        (None, None) => references::door_url(deployment),
    };
    let output =
        |description: &str, value| Body::new().set("description", description).set("value", value);
    Body::new().labelled("output", &["url"], output("Where the app is found", url)).labelled(
        "output",
        &["function_arn"],
        output("What the front door invokes", expression("aws_lambda_alias.live.arn")),
    )
}

#[cfg(test)]
mod schema_test;
