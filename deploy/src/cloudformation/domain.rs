//! A domain of one's own before the front door itself.

use super::{Map, Node, attribute, reference, resource};
use crate::deployment::Deployment;
use crate::settings::Domain;
use crate::tree::texts;

pub(super) fn of_rest_api(deployment: &Deployment) -> Map {
    let Some(domain) = deployment.door_domain() else {
        return Map::new();
    };
    let name = Map::new()
        .put("DomainName", domain.name.as_str())
        .put("EndpointConfiguration", Map::new().put("Types", texts(["REGIONAL"])))
        .put("RegionalCertificateArn", domain.certificate.as_str())
        .put("SecurityPolicy", "TLS_1_2");
    let mapping = Map::new()
        .put("DomainName", reference("Domain"))
        .put_some("BasePath", deployment.mapping())
        .put("RestApiId", reference("RestApi"))
        .put("Stage", reference("RestApiStage"));
    Map::new()
        .put("Domain", resource("AWS::ApiGateway::DomainName", name))
        .put("DomainMapping", resource("AWS::ApiGateway::BasePathMapping", mapping))
        .merge(of_gateway(domain))
}

pub(super) fn of_http_api(deployment: &Deployment) -> Map {
    let Some(domain) = deployment.door_domain() else {
        return Map::new();
    };
    let configuration = Map::new()
        .put("CertificateArn", domain.certificate.as_str())
        .put("EndpointType", "REGIONAL")
        .put("SecurityPolicy", "TLS_1_2");
    let name = Map::new()
        .put("DomainName", domain.name.as_str())
        .put("DomainNameConfigurations", vec![configuration]);
    let mapping = Map::new()
        .put("DomainName", reference("Domain"))
        .put("ApiId", reference("HttpApi"))
        .put("Stage", reference("HttpApiStage"))
        .put_some("ApiMappingKey", deployment.mapping());
    Map::new()
        .put("Domain", resource("AWS::ApiGatewayV2::DomainName", name))
        .put("DomainMapping", resource("AWS::ApiGatewayV2::ApiMapping", mapping))
        .merge(of_gateway(domain))
}

pub(super) fn of_alb(deployment: &Deployment) -> Map {
    deployment.door_domain().map_or_else(Map::new, |domain| {
        let zone = attribute("LoadBalancer", "CanonicalHostedZoneID");
        record(domain, attribute("LoadBalancer", "DNSName"), zone)
    })
}

fn of_gateway(domain: &Domain) -> Map {
    let zone = attribute("Domain", "RegionalHostedZoneId");
    record(domain, attribute("Domain", "RegionalDomainName"), zone)
}

/// The record in Route 53, if the zone is there.
pub(super) fn record(domain: &Domain, name: Node, zone: Node) -> Map {
    let Some(hosted_zone) = &domain.hosted_zone else {
        return Map::new();
    };
    let alias = Map::new().put("DNSName", name).put("HostedZoneId", zone);
    let properties = Map::new()
        .put("HostedZoneId", hosted_zone)
        .put("Name", domain.name.as_str())
        .put("Type", "A")
        .put("AliasTarget", alias);
    Map::new().put("DomainRecord", resource("AWS::Route53::RecordSet", properties))
}
