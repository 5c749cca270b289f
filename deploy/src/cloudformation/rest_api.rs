//! An API Gateway REST API.

use sha2::{Digest, Sha256};

use super::{Map, Node, Target, http_api, permission, reference, resource, substitute};
use crate::deployment::{Deployment, Integration, STAGE};
use crate::tree::{Value, json, texts};

pub(super) fn resources(deployment: &Deployment, target: &Target) -> Map {
    let body = body(deployment, target);
    let digest = Sha256::digest(json::value(&Value::Map(body.clone())).to_string());
    let deployed = format!("RestApiDeployment{}", super::function::short_hex(&digest));
    let api = Map::new()
        .put("Name", deployment.name.as_str())
        .note("Reached in its region; CloudFront before it is a choice of its own.")
        .put("EndpointConfiguration", Map::new().put("Types", texts(["REGIONAL"])))
        .put("Body", body);
    let deployment_of = Map::new().put("RestApiId", reference("RestApi"));
    let stage = Map::new()
        .put("RestApiId", reference("RestApi"))
        .put("DeploymentId", reference(deployed.as_str()))
        .put("StageName", STAGE)
        .merge(stage_settings(deployment));
    Map::new()
        .put("RestApi", resource("AWS::ApiGateway::RestApi", api))
        .note("What is deployed is a copy: its name changes with the routes, so that a new one is made.")
        .put(deployed, resource("AWS::ApiGateway::Deployment", deployment_of))
        .put("RestApiStage", resource("AWS::ApiGateway::Stage", stage))
        .put("RestApiPermission", resource("AWS::Lambda::Permission", permissions(target)))
        .merge(http_api::access_logs(deployment))
        .merge(super::domain::of_rest_api(deployment))
}

pub(crate) fn body(deployment: &Deployment, target: &Target) -> Map {
    // A streaming integration invokes by another path.
    let (version, call) = match deployment.settings.streaming {
        true => ("2021-11-15", "response-streaming-invocations"),
        false => ("2015-03-31", "invocations"),
    };
    let uri = substitute(format!(
        "arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:lambda:path/{version}/functions/{}/{call}",
        target.arn_in_text
    ));
    deployment.openapi(&Integration { uri, title: deployment.name.to_string() })
}

/// Throttling, tracing and logs of the stage.
pub(crate) fn stage_settings(deployment: &Deployment) -> Map {
    let everywhere = Map::new()
        .put("HttpMethod", "*")
        .put("ResourcePath", "/*")
        .merge(http_api::throttle(deployment));
    let logs = http_api::access_log_settings(deployment);
    let map = Map::new()
        .put("MethodSettings", vec![everywhere])
        .put_some("TracingEnabled", deployment.settings.tracing.then_some(true));
    if logs.is_none() {
        return map;
    }
    map.note("The account must have a role for API Gateway's logs, set once: see `aws apigateway get-account`.")
        .put_some("AccessLogSetting", logs)
}

/// Invocation by this API only.
pub(crate) fn permissions(target: &Target) -> Map {
    let arn = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${RestApi}/*";
    permission(target, "lambda:InvokeFunction", "apigateway.amazonaws.com")
        .put("SourceArn", substitute(arn))
}

pub(super) fn url() -> Node {
    substitute(format!(
        "https://${{RestApi}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}/{STAGE}/"
    ))
}
