//! API Gateway's REST API and HTTP API.

use super::domain;
use super::function::{by, permission};
use super::hcl::{Body, Map, expression, json};
use super::references::template;
use crate::deployment::{ACCESS_LOG_FORMAT, Deployment, Integration, STAGE};
use crate::tree::texts;

pub(super) fn rest_api(deployment: &Deployment) -> Body {
    let uri = match deployment.settings.streaming {
        // The provider knows only the other path.
        true => template(
            "arn:${data.aws_partition.current.partition}:apigateway:${data.aws_region.current.region}:lambda:path/2021-11-15/functions/${aws_lambda_alias.live.arn}/response-streaming-invocations",
        ),
        false => expression("aws_lambda_alias.live.invoke_arn"),
    };
    let document = deployment.openapi(&Integration { uri, title: deployment.name.to_string() });
    let api = Body::new()
        .set("name", deployment.name.as_str())
        .set("body", json(document))
        .note("Reached in its region; CloudFront before it is a choice of its own.")
        .block(
            "endpoint_configuration",
            Body::new().set("types", texts::<String, _>(["REGIONAL"])),
        );
    let routes = Map::new().put("routes", expression("sha1(aws_api_gateway_rest_api.app.body)"));
    let deployed = Body::new()
        .set("rest_api_id", expression("aws_api_gateway_rest_api.app.id"))
        .note("What is deployed is a copy: other routes make a new one.")
        .set("triggers", routes)
        .block("lifecycle", Body::new().set("create_before_destroy", true));
    let settings = Body::new()
        .set("rest_api_id", expression("aws_api_gateway_rest_api.app.id"))
        .set("stage_name", expression("aws_api_gateway_stage.app.stage_name"))
        .set("method_path", "*/*")
        .block("settings", throttle(deployment));
    let source = template("${aws_api_gateway_rest_api.app.execution_arn}/*");
    Body::new()
        .resource("aws_api_gateway_rest_api", "app", api)
        .resource("aws_api_gateway_deployment", "app", deployed)
        .resource("aws_api_gateway_stage", "app", rest_stage(deployment))
        .resource("aws_api_gateway_method_settings", "app", settings)
        .resource("aws_lambda_permission", "api", by(called_by_api(), source))
        .merge(access_logs(deployment))
        .merge(domain::of_rest_api(deployment))
}

fn rest_stage(deployment: &Deployment) -> Body {
    let tracing = deployment.settings.tracing.then_some(true);
    let stage = Body::new()
        .set("rest_api_id", expression("aws_api_gateway_rest_api.app.id"))
        .set("deployment_id", expression("aws_api_gateway_deployment.app.id"))
        .set("stage_name", STAGE)
        .set_some("xray_tracing_enabled", tracing);
    stage
        .note("The account must have a role for API Gateway's logs, set once: see `aws apigateway get-account`.")
        .block_some("access_log_settings", access_log_settings(deployment))
}

fn throttle(deployment: &Deployment) -> Body {
    let throttle = deployment.throttle();
    Body::new()
        .note("Requests a second; more are answered with 429. The account's own limit is 10,000 for all APIs.")
        .set("throttling_rate_limit", throttle.rate.get())
        .set("throttling_burst_limit", throttle.burst.get())
}

pub(super) fn http_api(deployment: &Deployment) -> Body {
    let uri = expression("aws_lambda_alias.live.invoke_arn");
    let document = deployment.openapi(&Integration { uri, title: deployment.name.to_string() });
    let api = Body::new()
        .set("name", deployment.name.as_str())
        .set("protocol_type", "HTTP")
        .set("body", json(document));
    let stage = Body::new()
        .set("api_id", expression("aws_apigatewayv2_api.app.id"))
        .note("The stage that adds nothing to the path.")
        .set("name", "$default")
        .set("auto_deploy", true)
        .block("default_route_settings", throttle(deployment))
        .block_some("access_log_settings", access_log_settings(deployment));
    let source = template("${aws_apigatewayv2_api.app.execution_arn}/*");
    Body::new()
        .resource("aws_apigatewayv2_api", "app", api)
        .resource("aws_apigatewayv2_stage", "app", stage)
        .resource("aws_lambda_permission", "api", by(called_by_api(), source))
        .merge(access_logs(deployment))
        .merge(domain::of_http_api(deployment))
}

fn called_by_api() -> Body {
    permission("api-gateway", "lambda:InvokeFunction", "apigateway.amazonaws.com")
}

fn access_log_settings(deployment: &Deployment) -> Option<Body> {
    deployment.settings.access_logs.then(|| {
        Body::new()
            .set("destination_arn", expression("aws_cloudwatch_log_group.access.arn"))
            .set("format", ACCESS_LOG_FORMAT)
    })
}

fn access_logs(deployment: &Deployment) -> Body {
    if !deployment.settings.access_logs {
        return Body::new();
    }
    let group = Body::new()
        .set("name", format!("/aws/apigateway/{}", deployment.name))
        .set("retention_in_days", deployment.settings.log_retention_days.get());
    Body::new().resource("aws_cloudwatch_log_group", "access", group)
}
