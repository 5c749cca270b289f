//! A domain of one's own.

use super::hcl::{Body, expression};
use crate::deployment::Deployment;
use crate::settings::Domain;
use crate::tree::texts;

pub(super) fn of_rest_api(deployment: &Deployment) -> Body {
    let Some(domain) = deployment.door_domain() else {
        return Body::new();
    };
    let name = Body::new()
        .set("domain_name", domain.name.as_str())
        .set("regional_certificate_arn", domain.certificate.as_str())
        .set("security_policy", "TLS_1_2")
        .block(
            "endpoint_configuration",
            Body::new().set("types", texts::<String, _>(["REGIONAL"])),
        );
    let mapping = Body::new()
        .set("domain_name", expression("aws_api_gateway_domain_name.app.domain_name"))
        .set("api_id", expression("aws_api_gateway_rest_api.app.id"))
        .set("stage_name", expression("aws_api_gateway_stage.app.stage_name"))
        .set_some("base_path", deployment.mapping());
    let target = "aws_api_gateway_domain_name.app";
    Body::new()
        .resource("aws_api_gateway_domain_name", "app", name)
        .resource("aws_api_gateway_base_path_mapping", "app", mapping)
        .merge(record(
            domain,
            &format!("{target}.regional_domain_name"),
            &format!("{target}.regional_zone_id"),
        ))
}

pub(super) fn of_http_api(deployment: &Deployment) -> Body {
    let Some(domain) = deployment.door_domain() else {
        return Body::new();
    };
    let configuration = Body::new()
        .set("certificate_arn", domain.certificate.as_str())
        .set("endpoint_type", "REGIONAL")
        .set("security_policy", "TLS_1_2");
    let name = Body::new()
        .set("domain_name", domain.name.as_str())
        .block("domain_name_configuration", configuration);
    let mapping = Body::new()
        .set("domain_name", expression("aws_apigatewayv2_domain_name.app.domain_name"))
        .set("api_id", expression("aws_apigatewayv2_api.app.id"))
        .set("stage", expression("aws_apigatewayv2_stage.app.name"))
        .set_some("api_mapping_key", deployment.mapping());
    let target = "aws_apigatewayv2_domain_name.app.domain_name_configuration[0]";
    Body::new()
        .resource("aws_apigatewayv2_domain_name", "app", name)
        .resource("aws_apigatewayv2_api_mapping", "app", mapping)
        .merge(record(
            domain,
            &format!("{target}.target_domain_name"),
            &format!("{target}.hosted_zone_id"),
        ))
}

pub(super) fn of_alb(deployment: &Deployment) -> Body {
    deployment.door_domain().map_or_else(Body::new, |domain| {
        record(domain, "aws_lb.app.dns_name", "aws_lb.app.zone_id")
    })
}

/// The record in Route 53, if the zone is there.
pub(super) fn record(domain: &Domain, name: &str, zone: &str) -> Body {
    let Some(hosted_zone) = &domain.hosted_zone else {
        return Body::new();
    };
    let alias = Body::new()
        .set("name", expression(name))
        .set("zone_id", expression(zone))
        .set("evaluate_target_health", false);
    let record = Body::new()
        .set("zone_id", hosted_zone)
        .set("name", domain.name.as_str())
        .set("type", "A")
        .block("alias", alias);
    Body::new().resource("aws_route53_record", "app", record)
}
