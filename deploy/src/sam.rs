//! AWS SAM: the function and the API as SAM writes them, the rest as in CloudFormation.

use crate::cloudformation::{
    self, Map, Target, Template, alb, attribute, function_properties, http_api, reference,
    resource, rest_api, url,
};
use crate::deployment::{ALIAS, Deployment, STAGE};
use crate::settings::{Domain, FrontDoor};
use crate::tree::texts;

/// The template for `sam deploy`.
#[must_use]
pub fn template(deployment: &Deployment) -> String {
    let target = Target {
        function: "Function",
        arn: reference("Function.Alias"),
        arn_in_text: "${FunctionAliaslive}".to_owned(),
        qualifier: ALIAS,
        depends_on: None,
        url: "FunctionUrl",
    };
    let mut template = Template::new(deployment);
    template.transform = Some("AWS::Serverless-2016-10-31");
    template.add(Map::new().put("Function", function(deployment)));
    template.add(front_door(deployment, &target));
    cloudformation::add_shared(&mut template, deployment, &target);
    let header = cloudformation::header(deployment, "SAM template", "sam");
    let profile = deployment.settings.profile.as_deref().unwrap_or("function");
    let build = format!("#\n#   cargo lambda build --profile {profile}\n#   sam deploy --guided\n");
    format!("{header}{build}\n{}", template.yaml())
}

fn function(deployment: &Deployment) -> Map {
    let settings = &deployment.settings;
    let tracing = settings.tracing.then(|| ("Tracing", "Active".into()));
    let provisioned = settings
        .provisioned_concurrency
        .map(|number| Map::new().put("ProvisionedConcurrentExecutions", number.get()));
    let is_url = deployment.front_door() == FrontDoor::FunctionUrl;
    let properties = Map::new()
        .note("Where cargo-lambda leaves the executable `bootstrap`.")
        .put("CodeUri", format!("{}/", deployment.package_folder()))
        .merge(function_properties(deployment, tracing))
        .note("Front doors and events point to this alias, which moves to each new version.")
        .put("AutoPublishAlias", ALIAS)
        .put("AutoPublishAliasAllProperties", true)
        .put_some("ProvisionedConcurrencyConfig", provisioned)
        .put_some("EventInvokeConfig", event_invoke_config(deployment))
        .put_some("FunctionUrlConfig", is_url.then(|| url::config(deployment)));
    resource("AWS::Serverless::Function", properties)
}

fn event_invoke_config(deployment: &Deployment) -> Option<Map> {
    let queue = Map::new().put("Type", "SQS").put("Destination", attribute("DeadLetters", "Arn"));
    deployment.is_invoked_asynchronously().then(|| {
        Map::new()
            .put("MaximumRetryAttempts", 2_u32)
            .put("MaximumEventAgeInSeconds", 3600_u32)
            .put("DestinationConfig", Map::new().put("OnFailure", queue))
    })
}

fn front_door(deployment: &Deployment, target: &Target) -> Map {
    match deployment.front_door() {
        FrontDoor::RestApi => rest_api(deployment, target),
        FrontDoor::HttpApi => http_api(deployment, target),
        // SAM makes the URL, and both permissions if anybody may call.
        FrontDoor::FunctionUrl if deployment.is_signed() => url::permissions(deployment, target),
        FrontDoor::FunctionUrl => Map::new(),
        FrontDoor::Alb => alb::resources(deployment, target),
    }
}

fn rest_api(deployment: &Deployment, target: &Target) -> Map {
    let domain = deployment
        .door_domain()
        .map(|domain| self::domain(deployment, domain).put("SecurityPolicy", "TLS_1_2"));
    let properties = Map::new()
        .put("Name", deployment.name.as_str())
        .put("StageName", STAGE)
        .note("Reached in its region; CloudFront before it is a choice of its own.")
        .put("EndpointConfiguration", Map::new().put("Type", "REGIONAL"))
        .merge(rest_api::stage_settings(deployment))
        .put_some("Domain", domain)
        .put("DefinitionBody", rest_api::body(deployment, target));
    Map::new()
        .put("RestApi", resource("AWS::Serverless::Api", properties))
        .put(
            "RestApiPermission",
            resource("AWS::Lambda::Permission", rest_api::permissions(target)),
        )
        .merge(http_api::access_logs(deployment))
}

fn http_api(deployment: &Deployment, target: &Target) -> Map {
    let domain = deployment.door_domain().map(|domain| self::domain(deployment, domain));
    let properties = Map::new()
        .put("DefaultRouteSettings", http_api::throttle(deployment))
        .put_some("AccessLogSettings", http_api::access_log_settings(deployment))
        .put_some("Domain", domain)
        .put("DefinitionBody", http_api::body(deployment, target));
    Map::new()
        .put("HttpApi", resource("AWS::Serverless::HttpApi", properties))
        .put(
            "HttpApiPermission",
            resource("AWS::Lambda::Permission", http_api::permissions(target)),
        )
        .merge(http_api::access_logs(deployment))
}

fn domain(deployment: &Deployment, domain: &Domain) -> Map {
    let zone = domain.hosted_zone.as_ref().map(|zone| Map::new().put("HostedZoneId", zone));
    Map::new()
        .put("DomainName", domain.name.as_str())
        .put("CertificateArn", domain.certificate.as_str())
        .put("EndpointConfiguration", "REGIONAL")
        .put_some("BasePath", deployment.mapping().map(|path| texts([path])))
        .put_some("Route53", zone)
}
