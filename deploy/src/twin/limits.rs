//! What of a deployment is not there on this machine, or not as on AWS.

use crate::deployment::Deployment;
use crate::settings::{Architecture, FrontDoor, Migrations};

/// One line for each thing that this deployment declares and the twin has not, or has otherwise.
#[must_use]
pub fn limits(deployment: &Deployment) -> Vec<String> {
    let mut all = Vec::new();
    surroundings(deployment, &mut all);
    front_door(deployment, &mut all);
    function(deployment, &mut all);
    all
}

fn surroundings(deployment: &Deployment, all: &mut Vec<String>) {
    let settings = &deployment.settings;
    if settings.database.as_ref().is_some_and(|database| database.instance_class.is_some()) {
        all.push(
            "no database is made: start one, and say --env DATABASE_HOST=127.0.0.1 and how to sign in"
                .to_owned(),
        );
    } else if settings.database.is_some() {
        all.push(
            "the declared database is the real one: --env DATABASE_HOST=... takes another"
                .to_owned(),
        );
    }
    if !settings.secrets.is_empty() {
        let names: Vec<_> = settings.secrets.keys().map(ToString::to_string).collect();
        all.push(format!(
            "no secret can be read: the function has no credentials of AWS; {} hold the ARNs",
            names.join(", ")
        ));
    }
    if matches!(settings.migrations, Some(Migrations::Path(_))) {
        all.push("migrations run at `deploy` only".to_owned());
    }
    let permissions =
        "permissions are not looked at: the function may do what its role forbids on AWS";
    all.push(permissions.to_owned());
}

fn front_door(deployment: &Deployment, all: &mut Vec<String>) {
    let settings = &deployment.settings;
    let is_api = matches!(deployment.front_door(), FrontDoor::RestApi | FrontDoor::HttpApi);
    if settings.domain.is_some() || settings.cloudfront.is_some() {
        all.push(
            "neither the domain nor CloudFront is here: requests come to the front door".to_owned(),
        );
    }
    if is_api && settings.openapi.is_some() {
        all.push("every path reaches the app, not only the routes of the OpenAPI file".to_owned());
    }
    if is_api {
        let throttle = deployment.throttle();
        all.push(format!(
            "API Gateway's throttling is not here: {} requests a second, {} at once",
            throttle.rate.get(),
            throttle.burst.get()
        ));
    }
    if deployment.is_signed() {
        all.push("the function URL takes unsigned requests, too".to_owned());
    }
}

fn function(deployment: &Deployment, all: &mut Vec<String>) {
    let settings = &deployment.settings;
    let here = match std::env::consts::ARCH {
        "aarch64" => Architecture::Arm64,
        _ => Architecture::X86_64,
    };
    if settings.architecture != here {
        let (declared, here) = (settings.architecture.as_str(), here.as_str());
        all.push(format!("the function runs on {here}, not on {declared}"));
    }
    if settings.tmp_mb.get() != 512 {
        all.push(format!("/tmp is not limited to {} MB", settings.tmp_mb.get()));
    }
    if let Some(number) = settings.provisioned_concurrency {
        all.push(format!(
            "{} sandboxes are not kept started: each starts when it is needed",
            number.get()
        ));
    }
    if settings.vpc.is_some() {
        all.push("the function is in this machine's network, not in the VPC".to_owned());
    }
    if settings.alarms.is_some() || settings.access_logs || settings.tracing {
        all.push("there are no alarms, no traces and no logs but those below".to_owned());
    }
}
