//! An API Gateway HTTP API.

use super::{Map, Node, Target, attribute, permission, reference, resource, substitute};
use crate::deployment::{ACCESS_LOG_FORMAT, Deployment, Integration};

pub(super) fn resources(deployment: &Deployment, target: &Target) -> Map {
    let api = Map::new().put("Body", body(deployment, target));
    let stage = Map::new()
        .put("ApiId", reference("HttpApi"))
        .note("The stage that adds nothing to the path.")
        .put("StageName", "$default")
        .put("AutoDeploy", true)
        .put("DefaultRouteSettings", throttle(deployment))
        .put_some("AccessLogSettings", access_log_settings(deployment));
    Map::new()
        .put("HttpApi", resource("AWS::ApiGatewayV2::Api", api))
        .put("HttpApiStage", resource("AWS::ApiGatewayV2::Stage", stage))
        .put("HttpApiPermission", resource("AWS::Lambda::Permission", permissions(target)))
        .merge(access_logs(deployment))
        .merge(super::domain::of_http_api(deployment))
}

/// The routes; payload 2.0 is what the adapter reads without loss of repeated query keys.
pub(crate) fn body(deployment: &Deployment, target: &Target) -> Map {
    let uri = substitute(format!(
        "arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/{}/invocations",
        target.arn_in_text
    ));
    deployment.openapi(&Integration { uri, title: deployment.name.to_string() })
}

pub(crate) fn throttle(deployment: &Deployment) -> Map {
    let throttle = deployment.throttle();
    Map::new()
        .note("Requests a second; more are answered with 429. The account's own limit is 10,000 for all APIs.")
        .put("ThrottlingRateLimit", throttle.rate.get())
        .put("ThrottlingBurstLimit", throttle.burst.get())
}

/// Invocation by this API only.
pub(crate) fn permissions(target: &Target) -> Map {
    let arn = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${HttpApi}/*";
    permission(target, "lambda:InvokeFunction", "apigateway.amazonaws.com")
        .put("SourceArn", substitute(arn))
}

pub(super) fn url() -> Node {
    substitute("https://${HttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/")
}

/// One line of JSON for each request.
pub(crate) fn access_log_settings(deployment: &Deployment) -> Option<Map> {
    deployment.settings.access_logs.then(|| {
        Map::new()
            .put("DestinationArn", attribute("AccessLogs", "Arn"))
            .put("Format", ACCESS_LOG_FORMAT)
    })
}

pub(crate) fn access_logs(deployment: &Deployment) -> Map {
    if !deployment.settings.access_logs {
        return Map::new();
    }
    let group = Map::new()
        .put("LogGroupName", format!("/aws/apigateway/{}", deployment.name))
        .put("RetentionInDays", deployment.settings.log_retention_days.get());
    Map::new().put("AccessLogs", resource("AWS::Logs::LogGroup", group))
}
