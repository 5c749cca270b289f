//! Function URLs and load balancers.

use super::function::{by, permission};
use super::hcl::{Body, Hcl, expression};
use super::{domain, references};
use crate::deployment::{Deployment, SSL_POLICY};
use crate::settings::{Alb, FrontDoor};
use crate::tree::texts;

pub(super) fn function_url(deployment: &Deployment) -> Body {
    let (note, auth_type, principal) = match deployment.is_signed() {
        true => (
            "Only what CloudFront signs; clients must send x-amz-content-sha256 with a body.",
            "AWS_IAM",
            "cloudfront.amazonaws.com",
        ),
        false => ("Anybody may call: signing in is the app's affair.", "NONE", "*"),
    };
    let mode = if deployment.settings.streaming { "RESPONSE_STREAM" } else { "BUFFERED" };
    let url = Body::new()
        .set("function_name", expression("aws_lambda_function.app.function_name"))
        .set("qualifier", expression("aws_lambda_alias.live.name"))
        .note(note)
        .set("authorization_type", auth_type)
        .set("invoke_mode", mode);
    let with_source = |body: Body| match deployment.is_signed() {
        true => by(body, expression("aws_cloudfront_distribution.app.arn")),
        false => body,
    };
    let call = permission("function-url", "lambda:InvokeFunctionUrl", principal)
        .set("function_url_auth_type", auth_type);
    let invoke = permission("function-url-invoke", "lambda:InvokeFunction", principal)
        .set("invoked_via_function_url", true);
    Body::new()
        .resource("aws_lambda_function_url", "app", url)
        .note("A call of the URL needs both permissions; the second one only by way of the URL.")
        .resource("aws_lambda_permission", "url", with_source(call))
        .resource("aws_lambda_permission", "url_invoke", with_source(invoke))
}

pub(super) fn alb(deployment: &Deployment) -> Body {
    let Some(alb) = &deployment.settings.alb else {
        return Body::new();
    };
    Body::new()
        .resource("aws_security_group", "alb", security_group(deployment, alb))
        .resource("aws_lb", "app", load_balancer(deployment, alb))
        .merge(target_group(deployment))
        .merge(listeners(deployment))
        .merge(domain::of_alb(deployment))
}

fn security_group(deployment: &Deployment, alb: &Alb) -> Body {
    let ports: &[u32] = if deployment.alb_certificate().is_some() { &[80, 443] } else { &[80] };
    let rule = |port: u32, protocol: &str| {
        Body::new()
            .set("from_port", port)
            .set("to_port", port)
            .set("protocol", protocol)
            .set("cidr_blocks", texts::<String, _>(["0.0.0.0/0"]))
    };
    let body = Body::new()
        .set("name", format!("{}-alb", deployment.name))
        .set("description", format!("Load balancer of {}", deployment.name))
        .set("vpc_id", alb.vpc.as_str());
    let body = ports.iter().fold(body, |body, port| body.block("ingress", rule(*port, "tcp")));
    body.block("egress", rule(0, "-1"))
}

fn load_balancer(deployment: &Deployment, alb: &Alb) -> Body {
    Body::new()
        .set("name", deployment.short_name())
        .set("load_balancer_type", "application")
        .set("internal", alb.internal)
        .set("subnets", texts(&alb.subnets))
        .set("security_groups", vec![expression("aws_security_group.alb.id")])
        .note("The connection must outlive the slowest answer.")
        .set("idle_timeout", deployment.alb_idle_timeout_s())
        .set("drop_invalid_header_fields", true)
}

fn target_group(deployment: &Deployment) -> Body {
    let group = Body::new()
        .set("name", deployment.short_name())
        .set("target_type", "lambda")
        .note("Without it, of repeated headers, cookies and query keys only the last one reaches the app.")
        .set("lambda_multi_value_headers_enabled", true);
    let called =
        permission("load-balancer", "lambda:InvokeFunction", "elasticloadbalancing.amazonaws.com");
    let attachment = Body::new()
        .set("target_group_arn", expression("aws_lb_target_group.app.arn"))
        .set("target_id", expression("aws_lambda_alias.live.arn"))
        .set("depends_on", vec![expression("aws_lambda_permission.alb")]);
    Body::new()
        .resource("aws_lb_target_group", "app", group)
        .resource(
            "aws_lambda_permission",
            "alb",
            by(called, expression("aws_lb_target_group.app.arn")),
        )
        .resource("aws_lb_target_group_attachment", "app", attachment)
}

fn listeners(deployment: &Deployment) -> Body {
    let forward = Body::new()
        .set("type", "forward")
        .set("target_group_arn", expression("aws_lb_target_group.app.arn"));
    let listener = |port: u32, protocol: &str| {
        Body::new()
            .set("load_balancer_arn", expression("aws_lb.app.arn"))
            .set("port", port)
            .set("protocol", protocol)
    };
    let Some(certificate) = deployment.alb_certificate() else {
        let http = listener(80, "HTTP").block("default_action", forward);
        return Body::new()
            .note("There is no certificate in the settings, so this is HTTP: nothing is encrypted.")
            .resource("aws_lb_listener", "http", http);
    };
    let to_https =
        Body::new().set("port", "443").set("protocol", "HTTPS").set("status_code", "HTTP_301");
    let redirect = Body::new().set("type", "redirect").block("redirect", to_https);
    let https = listener(443, "HTTPS")
        .set("ssl_policy", SSL_POLICY)
        .set("certificate_arn", certificate)
        .block("default_action", forward);
    Body::new()
        .resource("aws_lb_listener", "http", listener(80, "HTTP").block("default_action", redirect))
        .resource("aws_lb_listener", "https", https)
}

/// The host name of the front door.
pub(super) fn host(deployment: &Deployment) -> Hcl {
    match deployment.front_door() {
        FrontDoor::RestApi => references::template(
            "${aws_api_gateway_rest_api.app.id}.execute-api.${data.aws_region.current.region}.${data.aws_partition.current.dns_suffix}",
        ),
        FrontDoor::HttpApi => {
            expression("trimprefix(aws_apigatewayv2_api.app.api_endpoint, \"https://\")")
        }
        FrontDoor::FunctionUrl => {
            expression("split(\"/\", aws_lambda_function_url.app.function_url)[2]")
        }
        FrontDoor::Alb => expression("aws_lb.app.dns_name"),
    }
}
